//! Ways round the ban, from `fixtures/admission/ways-round.yaml`.
use crate::ask::{Ask, create, ingress, today, update, yaml};
use nginx2traefik::admission::{Date, Outcome};
use serde::Deserialize;
use serde_json::Value;

const TABLE: &str = include_str!("../../../../fixtures/admission/ways-round.yaml");
const OBJECTS: &str = include_str!("../../../../fixtures/admission/objects.yaml");

#[derive(Deserialize)]
struct Way {
    way: String,
    #[serde(flatten)]
    new: Written,
    old: Option<Written>,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    request: Value,
    denied: Option<String>,
    passes: Option<String>,
    warned: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    class: String,
    #[serde(default)]
    annotations: Value,
    #[serde(default)]
    also: Value,
    object: Option<Value>,
}

impl Written {
    fn object(&self) -> Value {
        if let Some(object) = &self.object {
            return object.clone();
        }
        let mut object = ingress(&self.class, "");
        if !self.annotations.is_null() {
            object["metadata"]["annotations"] = self.annotations.clone();
        }
        if !self.also.is_null() {
            merge(&mut object, &self.also);
        }
        object
    }
}

fn merge(into: &mut Value, from: &Value) {
    match from {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| merge(&mut into[key], value)),
        _ => *into = from.clone(),
    }
}

impl Way {
    fn ask(&self) -> Ask {
        let ask = match &self.old {
            Some(old) => update(old.object(), self.new.object()),
            None => create(self.new.object()),
        };
        Ask {
            request: self.request.clone(),
            ..ask.policy(&self.policy)
        }
    }

    /// What is wrong, if something is.
    fn judge(&self) -> Option<String> {
        let answer = self.ask().answer();
        let refused = |rule: &String| {
            let rules = answer.audit["denied"].as_str().unwrap_or_default();
            answer.outcome == Outcome::Denied && rules.split(',').any(|refused| refused == rule)
        };
        let right = match (&self.denied, &self.passes, &self.warned) {
            (Some(rule), None, None) => refused(rule),
            (None, Some(why), None) => answer.allowed && why.len() > 5,
            (None, None, Some(_)) => answer.outcome == Outcome::Warned || answer.outcome == Outcome::Exempted,
            _ => false,
        };
        (!right).then(|| format!("{}: {answer:?}", self.way))
    }
}

#[test]
fn each_is_refused_or_argued() {
    let ways: Vec<Way> = serde_yaml::from_value(serde_yaml::from_str(TABLE).unwrap()).unwrap();
    let wrong: Vec<String> = ways.iter().filter_map(Way::judge).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ways.iter().filter(|way| way.denied.is_some()).count() >= 60);
}

#[test]
fn objects_of_every_day() {
    // `@+30@` is the day in 30 days
    let text = [-1, 0, 30, 91].iter().fold(OBJECTS.to_owned(), |text, days| {
        let date = Date::from_unix_days(today().days_after(Date::from_unix_days(0)) + days);
        text.replace(&format!("@{days:+}@"), &date.to_string())
    });
    let ways: Vec<Way> = serde_yaml::from_value(serde_yaml::from_str(&text).unwrap()).unwrap();
    let wrong: Vec<String> = ways.iter().filter_map(Way::judge).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ways.len() >= 60);
}

#[test]
fn a_default_class_is_in_the_object_when_it_comes() {
    // what the API server's DefaultIngressClass plugin makes of an Ingress without a class, before any validating webhook is asked
    let mut object = ingress("", "");
    object["spec"]["ingressClassName"] = yaml("nginx");
    assert_eq!(create(object).answer().outcome, Outcome::Denied);
}
