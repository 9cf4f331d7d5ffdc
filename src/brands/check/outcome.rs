//! A report as an `OperationOutcome` of FHIR R4.

use serde_json::{Value, json};

use super::{Finding, Report, Severity};

/// The report; `words` says what is wrong and how to mend it. A list without fault has one issue that says so.
pub fn outcome(report: &Report, words: &dyn Fn(&Finding) -> String, all_good: &str) -> Value {
    let issue = |finding: &Finding| {
        let severity = match finding.rule.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "information",
        };
        json!({
            "severity": severity,
            "code": if severity == "information" { "informational" } else { "invariant" },
            "details": { "coding": [{ "code": finding.rule.code(), "display": finding.rule.basis() }] },
            "diagnostics": words(finding),
            "expression": [finding.path],
        })
    };
    let mut issues: Vec<Value> = report.findings.iter().map(issue).collect();
    if issues.is_empty() {
        issues.push(json!({ "severity": "information", "code": "informational", "diagnostics": all_good }));
    }
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}
