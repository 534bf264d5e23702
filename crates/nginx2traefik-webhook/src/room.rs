//! How much of all bodies is held at the same time.
//!
//! A review of kube-apiserver has a few kilobytes, and may have 3 MiB. With 256 of those at once a replica would need 768 MiB, and
//! be killed for it. So what a body has above its first [`FREE`] bytes comes out of one room for all; who finds no room is asked to come
//! again. Those first bytes are everybody's: who fills the room with large bodies does not keep the usual ones out.
use hyper::body::Bytes;
use prometheus_client::metrics::gauge::Gauge;

/// Not counted of each body.
pub(crate) const FREE: usize = 16 * 1024;

/// The room. What is taken is the metric, too.
#[derive(Clone)]
pub(crate) struct Room {
    most: usize,
    held: Gauge,
}

/// A body, or the beginning of one.
pub(crate) struct Held {
    room: Room,
    taken: usize,
    /// The usual body comes in one piece, which is not copied.
    first: Bytes,
    all: Vec<u8>,
}

impl Room {
    pub(crate) fn new(most: usize, held: Gauge) -> Self {
        Room { most, held }
    }

    pub(crate) fn body(&self) -> Held {
        Held {
            room: self.clone(),
            taken: 0,
            first: Bytes::new(),
            all: Vec::new(),
        }
    }
}

impl Held {
    /// Whether there was room for it.
    pub(crate) fn add(&mut self, piece: Bytes) -> bool {
        let counted = (self.bytes().len() + piece.len()).saturating_sub(FREE);
        if !self.take(counted - self.taken) {
            return false;
        }
        if self.bytes().is_empty() {
            self.first = piece;
        } else {
            if self.all.is_empty() {
                self.all.extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.all.extend_from_slice(&piece);
        }
        true
    }

    fn take(&mut self, bytes: usize) -> bool {
        let more = i64::try_from(bytes).unwrap_or(i64::MAX);
        let before = self.room.held.inc_by(more);
        if usize::try_from(before).unwrap_or(0).saturating_add(bytes) > self.room.most && bytes > 0 {
            self.room.held.dec_by(more);
            return false;
        }
        self.taken += bytes;
        true
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        if self.all.is_empty() { &self.first } else { &self.all }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.held.dec_by(i64::try_from(self.taken).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::{FREE, Room};
    use hyper::body::Bytes;
    use prometheus_client::metrics::gauge::Gauge;

    #[test]
    fn the_first_bytes_are_free_and_the_others_come_back() {
        let held = Gauge::default();
        let room = Room::new(100, held.clone());
        let (mut one, mut two, mut three) = (room.body(), room.body(), room.body());
        assert!(one.add(Bytes::from(vec![b'a'; FREE])));
        assert_eq!(held.get(), 0);
        assert!(one.add(Bytes::from(vec![b'b'; 60])));
        assert!(two.add(Bytes::from(vec![b'c'; FREE + 40])));
        assert_eq!(held.get(), 100);
        assert!(!two.add(Bytes::from_static(b"d")));
        assert!(three.add(Bytes::from_static(b"a small one")));
        assert_eq!(one.bytes().len(), FREE + 60);
        assert!(one.bytes().starts_with(b"aaa") && one.bytes().ends_with(b"bbb"));
        drop(one);
        assert!(two.add(Bytes::from_static(b"d")));
        assert!(two.bytes().ends_with(b"ccd"));
        drop(two);
        assert_eq!(held.get(), 0);
    }
}
