//! How much of all bodies is held at the same time.
//!
//! A review of kube-apiserver has a few kilobytes, and may have 3 MiB. With 192 of those at once a replica would need 576 MiB, and
//! be killed for it. So a body that does not end within its first [`FREE`] bytes needs a place in one room for all, as large as it
//! says that it will be; who finds none is asked to come again. Those first bytes are everybody's: who fills the room with large
//! bodies does not keep the usual ones out.
use hyper::body::Bytes;
use memmap2::MmapMut;
use prometheus_client::metrics::gauge::Gauge;

/// A body up to here needs no place.
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
    /// As it was announced.
    length: usize,
    taken: usize,
    body: Body,
}

enum Body {
    /// The usual body comes in one piece, which is not copied.
    One(Bytes),
    Small(Vec<u8>),
    /// Pages of its own, which go back to the system: in the heap each thread would keep its share of what was large once.
    Large {
        pages: MmapMut,
        filled: usize,
    },
}

impl Room {
    pub(crate) fn new(most: usize, held: Gauge) -> Self {
        Room { most, held }
    }

    /// For a body that will be so long.
    pub(crate) fn body(&self, length: usize) -> Held {
        Held {
            room: self.clone(),
            length,
            taken: 0,
            body: Body::One(Bytes::new()),
        }
    }
}

impl Held {
    /// Whether the whole of it would have a place now. None is taken: who only announces a body holds nothing.
    pub(crate) fn fits(&self) -> bool {
        let held = usize::try_from(self.room.held.get()).unwrap_or(0);
        self.length <= FREE || held.saturating_add(self.length) <= self.room.most
    }

    /// Whether there was room for it.
    pub(crate) fn add(&mut self, piece: &Bytes) -> bool {
        let length = self.bytes().len() + piece.len();
        if length > FREE && self.taken == 0 && !self.enlarge() {
            return false;
        }
        match &mut self.body {
            Body::Large { pages, filled } => {
                let Some(free) = pages.get_mut(*filled..length) else {
                    return false;
                };
                free.copy_from_slice(piece);
                *filled = length;
            }
            Body::Small(bytes) => bytes.extend_from_slice(piece),
            Body::One(first) if first.is_empty() => *first = piece.clone(),
            Body::One(first) => {
                let mut bytes = Vec::with_capacity(self.length.min(FREE));
                bytes.extend_from_slice(first);
                bytes.extend_from_slice(piece);
                self.body = Body::Small(bytes);
            }
        }
        true
    }

    fn enlarge(&mut self) -> bool {
        if !self.take() {
            return false;
        }
        let Ok(mut pages) = MmapMut::map_anon(self.length) else {
            return false;
        };
        let filled = self.bytes().len();
        let Some(begin) = pages.get_mut(..filled) else {
            return false;
        };
        begin.copy_from_slice(self.bytes());
        self.body = Body::Large { pages, filled };
        true
    }

    fn take(&mut self) -> bool {
        let more = i64::try_from(self.length).unwrap_or(i64::MAX);
        let before = self.room.held.inc_by(more);
        if usize::try_from(before.saturating_add(more)).unwrap_or(0) > self.room.most {
            self.room.held.dec_by(more);
            return false;
        }
        self.taken = self.length;
        true
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::One(bytes) => bytes,
            Body::Small(bytes) => bytes,
            Body::Large { pages, filled } => &pages[..*filled],
        }
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

    fn bytes(letter: u8, count: usize) -> Bytes {
        Bytes::from(vec![letter; count])
    }

    #[test]
    fn small_bodies_need_no_place_and_large_ones_give_it_back() {
        let held = Gauge::default();
        let room = Room::new(3 * FREE, held.clone());
        let mut small = room.body(FREE);
        assert!(small.add(&bytes(b'a', FREE - 2)) && small.add(&bytes(b'b', 1)) && small.add(&bytes(b'c', 1)));
        assert_eq!(held.get(), 0);
        assert!(small.bytes().starts_with(b"aa") && small.bytes().ends_with(b"abc"));
        // its place is as large as it says, once it does not end
        let mut large = room.body(2 * FREE);
        assert!(large.add(&bytes(b'd', FREE)));
        assert_eq!(held.get(), 0);
        assert!(large.add(&bytes(b'e', 1)));
        assert_eq!(held.get(), 2 * FREE as i64);
        assert!(large.add(&bytes(b'f', FREE - 1)));
        assert_eq!(large.bytes().len(), 2 * FREE);
        assert!(large.bytes().starts_with(b"dd") && large.bytes().ends_with(b"ff"));
        let mut other = room.body(2 * FREE);
        assert!(!other.fits() && room.body(FREE).fits());
        assert!(!other.add(&bytes(b'g', FREE + 1)));
        drop(large);
        assert!(other.fits());
        assert!(other.add(&bytes(b'g', FREE + 1)) && !other.add(&bytes(b'h', FREE)));
        drop(other);
        assert_eq!(held.get(), 0);
    }
}
