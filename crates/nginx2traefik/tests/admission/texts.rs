//! What people read.
use crate::ask::{create, ingress, yaml};

#[test]
fn a_refusal_names_each_setting_its_replacement_and_the_command() {
    let object = ingress(
        "nginx",
        "{nginx.ingress.kubernetes.io/proxy-body-size: 8m, nginx.ingress.kubernetes.io/server-snippet: 'return 200;', \
         nginx.ingress.kubernetes.io/ssl-redirects: 'true'}",
    );
    insta::assert_snapshot!(create(object).answer().message);
}

#[test]
fn a_warning_fits_into_a_line() {
    let object = ingress("nginx", "{nginx.ingress.kubernetes.io/proxy-body-size: 8m}");
    insta::assert_snapshot!(create(object).policy("mode = 'warn'").answer().warnings.join("\n"));
}

#[test]
fn a_new_class_for_ingress_nginx_is_refused() {
    let object = yaml(
        "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: internal, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}, spec: {controller: k8s.io/ingress-nginx}}",
    );
    insta::assert_snapshot!(create(object).answer().message);
}
