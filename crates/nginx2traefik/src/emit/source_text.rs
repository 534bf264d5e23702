//! The new text of one source: all its edits together, guarded.
use super::{Work, document, ingress};
use crate::model::Manifests;
use crate::plan::Change;
use serde_json::{Value, json};
use spanned_yaml::{Change as Becomes, Expectation, guard};
use spanned_yaml::{CollectionStyle, Document, Edit, EditError, Editor, Kind, to_json};
use std::collections::BTreeMap;

/// The text after the migration of the Ingresses in it.
pub(super) fn migrate(text: &str, manifests: &Manifests, work: &[Work<'_>]) -> Result<String, String> {
    let parsed = spanned_yaml::parse(text);
    let mut by_document: BTreeMap<usize, Vec<&Work<'_>>> = BTreeMap::new();
    for one in work {
        by_document
            .entry(manifests.ingress(one.id).place.document)
            .or_default()
            .push(one);
    }
    let mut edits = Vec::new();
    let mut expected = Vec::new();
    for (index, of_document) in by_document {
        let document = parsed.documents.iter().find(|document| document.index == index);
        let document = document.ok_or("a document is not there any more")?;
        let (more, wanted) =
            of_one(document, manifests, &of_document).map_err(|reason| named(manifests, &of_document, &reason))?;
        edits.extend(more);
        expected.extend(wanted);
    }
    guard(text, edits, &expected).map_err(|error| error.to_string())
}

fn named(manifests: &Manifests, of_document: &[&Work<'_>], reason: &str) -> String {
    match of_document.first().map(|one| manifests.ingress(one.id)) {
        Some(ingress) => format!("Ingress {}/{}: {reason}", ingress.namespace, ingress.name.value),
        None => reason.to_owned(),
    }
}

type Planned = (Vec<Edit>, Vec<Expectation>);

fn of_one(document: &Document<'_>, manifests: &Manifests, work: &[&Work<'_>]) -> Result<Planned, String> {
    if is_json(document) || manifests.ingress(work[0].id).place.item.is_some() {
        return within(document, manifests, work);
    }
    let one = work[0];
    let names_namespace = document.find(&["metadata", "namespace"]).is_some();
    let mut texts = Vec::new();
    let mut values = Vec::new();
    for object in &one.objects {
        let value = document::object(object, names_namespace);
        texts.push(document::yaml(object, &value));
        values.push(value);
    }
    match one.change {
        Change::Untouched => Ok((Vec::new(), Vec::new())),
        Change::Replace => Ok(replaced(document, &texts, values)),
        Change::Edit { .. } => edited(document, manifests, one, &texts, values),
    }
}

fn edited(
    document: &Document<'_>,
    manifests: &Manifests,
    one: &Work<'_>,
    texts: &[String],
    values: Vec<Value>,
) -> Result<Planned, String> {
    let (mut edits, expectation) = plan_edit(document, |editor| change(editor, &[], manifests, one))?;
    let mut expected = vec![expectation];
    if !texts.is_empty() {
        edits.push(spanned_yaml::insert_document_after(document, &texts.join("---\n")));
        expected.push(Expectation {
            index: document.index,
            change: Becomes::Followed(values),
        });
    }
    Ok((edits, expected))
}

/// The comments before the object stay, and those behind it.
fn replaced(document: &Document<'_>, texts: &[String], mut values: Vec<Value>) -> Planned {
    let index = document.index;
    let expect = |change| Expectation { index, change };
    if texts.is_empty() {
        return (
            vec![spanned_yaml::remove_document(document)],
            vec![expect(Becomes::Removed)],
        );
    }
    let source = document.source();
    let root = document
        .root
        .as_ref()
        .map_or(document.span.clone(), |root| root.full_span());
    let before = &source[document.span.start..root.start];
    let content = format!("{before}{}", texts.join("---\n"));
    let first = values.remove(0);
    let mut expected = vec![expect(Becomes::Value(first))];
    if !values.is_empty() {
        expected.push(expect(Becomes::Followed(values)));
    }
    (vec![spanned_yaml::replace_document(document, &content)], expected)
}

fn change(editor: &mut Editor<'_, '_>, at: &[&str], manifests: &Manifests, one: &Work<'_>) -> Result<(), EditError> {
    let Change::Edit {
        class_name,
        remove,
        set,
        ..
    } = one.change
    else {
        return Ok(());
    };
    let changes = ingress::Changes {
        class_name,
        remove,
        set,
    };
    ingress::edit(editor, at, manifests.ingress(one.id), changes)
}

fn plan_edit(
    document: &Document<'_>,
    change: impl Fn(&mut Editor<'_, '_>) -> Result<(), EditError>,
) -> Result<(Vec<Edit>, Expectation), String> {
    let mut editor = Editor::new(document);
    let first = change(&mut editor).and_then(|()| editor.plan());
    first.map_err(|error| error.to_string())
}

/// An item of a List, or a JSON text, which holds one value: items are changed, taken out and added.
fn within(document: &Document<'_>, manifests: &Manifests, work: &[&Work<'_>]) -> Result<Planned, String> {
    let is_list = manifests.ingress(work[0].id).place.item.is_some();
    let stays_single = !is_list && work[0].objects.is_empty();
    if is_list || stays_single {
        let (edits, expectation) = plan_edit(document, |editor| items(editor, document, manifests, work))?;
        return Ok((edits, vec![expectation]));
    }
    let value = to_json(document).map_err(|error| error.message)?;
    let names_namespace = value.pointer("/metadata/namespace").is_some();
    let mut all = Vec::new();
    if work[0].change != &Change::Replace {
        let (_, expectation) = plan_edit(document, |editor| change(editor, &[], manifests, work[0]))?;
        if let Becomes::Value(value) = expectation.change {
            all.push(value);
        }
    }
    all.extend(
        work[0]
            .objects
            .iter()
            .map(|object| document::object(object, names_namespace)),
    );
    let list = match all.len() {
        1 => all.remove(0),
        _ => json!({"apiVersion": "v1", "kind": "List", "items": all}),
    };
    let text = serde_json::to_string_pretty(&list).map_err(|error| error.to_string())?;
    let expectation = Expectation {
        index: document.index,
        change: Becomes::Value(list),
    };
    Ok((
        vec![spanned_yaml::replace_document(document, &format!("{text}\n"))],
        vec![expectation],
    ))
}

fn items(
    editor: &mut Editor<'_, '_>,
    document: &Document<'_>,
    manifests: &Manifests,
    work: &[&Work<'_>],
) -> Result<(), EditError> {
    for one in work {
        let item = manifests.ingress(one.id).place.item.map(|item| item.to_string());
        let at: Vec<&str> = match &item {
            Some(item) => vec!["items", item],
            None => Vec::new(),
        };
        match one.change {
            Change::Replace => {
                editor.remove(&at)?;
            }
            _ => change(editor, &at, manifests, one)?,
        }
        let names_namespace = document.find(&[&at[..], &["metadata", "namespace"]].concat()).is_some();
        for object in &one.objects {
            editor.append(&["items"], &document::object(object, names_namespace))?;
        }
    }
    Ok(())
}

fn is_json(document: &Document<'_>) -> bool {
    let root = document.root.as_ref().map(|root| &root.kind);
    matches!(
        root,
        Some(Kind::Mapping {
            style: CollectionStyle::Flow,
            ..
        })
    )
}
