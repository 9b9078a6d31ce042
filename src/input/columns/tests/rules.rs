//! The rules: flags, ranks, repeated names, stage dates, kinds.

use super::super::{ColumnProblem, Given, infer_kind, resolve, resolve_given};
use super::{columns, given, stages};
use crate::error::{Error, ErrorKind};
use crate::model::kind::{Kind, Role};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn a_monthly_amount_ignores_the_interval() {
    let columns = columns("customer_id|start_date|end_date|mrr|interval");
    let resolved = resolve(Kind::Subscriptions, &columns, &BTreeMap::new()).expect("resolves");
    assert_eq!(resolved.roles.get(&Role::Interval), None);
    assert!(resolved.notes.iter().any(|note| note.contains("\"interval\" is not used")));
    let by_flag = resolve(Kind::Subscriptions, &columns, &given(&[(Role::Interval, "interval")])).expect("resolves");
    assert_eq!(by_flag.roles.get(&Role::Interval), Some(&4));
}

#[test]
fn the_value_of_events_is_read_only_where_asked() {
    let columns = columns("user_id|event|timestamp|amount");
    let by_flag = resolve(Kind::Events, &columns, &given(&[(Role::Value, "Amount")])).expect("resolves");
    assert_eq!(by_flag.roles.get(&Role::Value), Some(&3));
    let asked = Given { find_value: true, ..Given::default() };
    let found = resolve_given(Kind::Events, &columns, &asked).expect("resolves");
    assert_eq!(found.roles.get(&Role::Value), Some(&3));
    assert_eq!(found.notes, ["id = \"user_id\", event = \"event\", time = \"timestamp\", value = \"amount\""]);
}

#[test]
fn flags_win_exact_names_first() {
    let columns = columns("ID|id|event|time|other");
    let by_flag =
        resolve(Kind::Events, &columns, &given(&[(Role::Id, "id"), (Role::Time, "OTHER")])).expect("resolves");
    assert_eq!(by_flag.roles, BTreeMap::from([(Role::Id, 1), (Role::Event, 2), (Role::Time, 4)]));
    assert_eq!(by_flag.notes, ["event = \"event\""]);
    // Folded, `Id` could be either.
    let problem = resolve(Kind::Events, &columns, &given(&[(Role::Id, "Id")])).expect_err("ambiguous");
    assert!(matches!(problem, ColumnProblem::Ambiguous { .. }));
    // Both roles on one column, since both were given.
    let twice = resolve(Kind::Events, &columns, &given(&[(Role::Id, "ID"), (Role::Event, "ID")])).expect("resolves");
    assert_eq!((twice.roles[&Role::Id], twice.roles[&Role::Event]), (0, 0));
}

#[test]
fn a_missing_named_column_lists_the_columns_and_the_nearest() {
    let problem = resolve(Kind::Events, &columns("user|event|timestmp"), &given(&[(Role::Time, "timestamp")]));
    let error = Error::from(problem.expect_err("absent"));
    assert_eq!(error.kind, ErrorKind::Data);
    assert!(error.message.contains("--time") && error.message.contains("\"user\", \"event\", \"timestmp\""));
    assert_eq!(error.hint.as_deref(), Some("is it \"timestmp\"?"));
}

#[test]
fn a_missing_role_lists_the_columns_and_names_the_flag() {
    let error =
        Error::from(resolve(Kind::Events, &columns("user|event|moment"), &BTreeMap::new()).expect_err("no time"));
    assert_eq!(error.kind.exit_code(), 3);
    assert!(error.message.contains("\"user\", \"event\", \"moment\""));
    assert_eq!(error.hint.as_deref(), Some("name it with --time COLUMN"));
}

#[test]
fn equal_ranks_are_an_error_and_better_ranks_are_not() {
    let tie = resolve(Kind::Events, &columns("user_id|User ID|event|time"), &BTreeMap::new());
    let error = Error::from(tie.expect_err("ambiguous"));
    assert!(error.message.contains("\"user_id\", \"User ID\""));
    assert_eq!(error.hint.as_deref(), Some("say which with --id COLUMN"));
    let ranked = resolve(Kind::Events, &columns("date|timestamp|user_id|event"), &BTreeMap::new()).expect("resolves");
    assert_eq!(ranked.roles[&Role::Time], 1);
    let by_flag = resolve(Kind::Events, &columns("user_id|User ID|event|time"), &given(&[(Role::Id, "User ID")]));
    assert_eq!(by_flag.expect("resolves").roles[&Role::Id], 1);
}

#[test]
fn a_repeated_name_is_an_error_only_where_it_is_used() {
    let used = resolve(Kind::Events, &columns("user_id|event|event|time"), &BTreeMap::new());
    assert!(matches!(used, Err(ColumnProblem::Twice { .. })));
    let by_flag = resolve(Kind::Events, &columns("user_id|event|x|x"), &given(&[(Role::Time, "x")]));
    assert!(matches!(by_flag, Err(ColumnProblem::Twice { .. })));
    assert!(resolve(Kind::Events, &columns("user_id|event|time|x|x||"), &BTreeMap::new()).is_ok());
}

#[test]
fn roles_of_other_kinds_are_usage_errors() {
    let problem = resolve(Kind::Events, &columns("id|event|time"), &given(&[(Role::Tenure, "time")]));
    assert_eq!(Error::from(problem.expect_err("no tenure")).kind, ErrorKind::Usage);
    let dates = Given { stage_dates: vec![("Demo".to_owned(), "time".to_owned())], ..Given::default() };
    let problem = resolve_given(Kind::Events, &columns("id|event|time"), &dates);
    assert_eq!(Error::from(problem.expect_err("no deals")).kind, ErrorKind::Usage);
}

#[test]
fn plain_stage_dates_need_company() {
    assert_eq!(stages("id|created_at|mql_date|sql_date|demo_at|updated_at|status"), ["mql@2", "sql@3", "demo@4"]);
    assert_eq!(stages("id|created_at|demo_date|last_activity_date|next_step_date|expected_close_date"), [""; 0]);
    assert_eq!(stages("id|created|Date de démo|Date de proposition|Date de naissance"), ["démo@2", "proposition@3"]);
    assert_eq!(
        stages("id|created|ProposalDate|Date of Demo Call|First Meeting Date"),
        ["Proposal@2", "Demo Call@3", "First Meeting@4"]
    );
    assert_eq!(stages("id|created|close_date|won_date|demo_date"), ["demo@4"]);
    assert_eq!(stages("id|created|won_date|status"), ["Won@2"]);
    assert_eq!(stages("id|created|last_activity_date|last_viewed_date|last_referenced_date|close_date"), [""; 0]);
}

#[test]
fn given_stage_dates_replace_recognised_ones() {
    let columns = columns("id|created|mql_date|sql_date|x");
    let dates = Given { stage_dates: vec![("Call".to_owned(), "X".to_owned())], ..Given::default() };
    assert_eq!(resolve_given(Kind::Deals, &columns, &dates).expect("resolves").stage_dates, [("Call".to_owned(), 4)]);
    let absent = Given { stage_dates: vec![("Call".to_owned(), "y".to_owned())], ..Given::default() };
    assert!(matches!(resolve_given(Kind::Deals, &columns, &absent), Err(ColumnProblem::NoSuchColumn { .. })));
}

#[test]
fn no_kind_says_what_the_likely_ones_lack() {
    let problem = infer_kind(&columns("user_id|event|moment"), &Given::default()).expect_err("no time");
    let error = Error::from(problem);
    assert_eq!(error.kind.exit_code(), 3);
    assert!(error.message.contains("events lack time"), "{error}");
    assert_eq!(
        error.hint.as_deref(),
        Some("if these are events: --kind events --time COLUMN; `funnel init` joins exports of one step each")
    );
    assert!(infer_kind(&[], &Given::default()).is_err());
}

#[test]
fn given_roles_tell_the_kind() {
    let given = |role, column: &str| Given { roles: given(&[(role, column)]), ..Given::default() };
    let columns = columns("user_id|what|timestamp|channel");
    assert_eq!(infer_kind(&columns, &given(Role::Event, "what")), Ok(Kind::Events));
    assert_eq!(infer_kind(&columns, &given(Role::Stage, "what")), Ok(Kind::History));
    assert_eq!(infer_kind(&columns, &Given::default()), Ok(Kind::Touches));
}

#[test]
fn deals_with_a_lead_of_their_own_are_no_history() {
    let kind = |header: &str| infer_kind(&columns(header), &Given::default());
    assert_eq!(kind("id|lead_id|stage|created_at|close_date|amount"), Ok(Kind::Deals));
    assert_eq!(kind("id|deal_id|stage|created_at"), Ok(Kind::History));
    assert_eq!(kind("id|created_at|status|amount"), Ok(Kind::Deals));
    assert_eq!(kind("user_id|action|created_at"), Ok(Kind::Events));
    assert!(kind("email|type|created_at").is_err());
}

#[test]
fn part_of_a_stage_may_be_a_word_that_is_none_alone() {
    assert_eq!(
        stages("id|created|contract_sent_at|Order Date|demo booked at|sent_at"),
        ["contract_sent@2", "demo booked@4"]
    );
}

proptest! {
    #[test]
    fn never_panics_and_gives_no_column_two_roles(
        names in prop::collection::vec(
            prop_oneof![
                "\\PC{0,12}",
                Just("id".to_owned()), Just("user_id".to_owned()), Just("event".to_owned()), Just("time".to_owned()),
                Just("status".to_owned()), Just("created".to_owned()), Just("amount".to_owned()), Just("Étape".to_owned()),
                Just("Date entered \"".to_owned()), Just("a (".to_owned()), Just("date".to_owned()),
                Just("demo_date".to_owned()), Just("sql at".to_owned()),
            ],
            0..10,
        ),
    ) {
        for kind in Kind::ALL {
            match resolve(kind, &names, &BTreeMap::new()) {
                Ok(resolved) => {
                    let mut used: Vec<usize> = resolved.roles.values().copied().collect();
                    used.extend(resolved.stage_dates.iter().map(|(_, column)| *column));
                    let count = used.len();
                    used.sort_unstable();
                    used.dedup();
                    prop_assert_eq!(used.len(), count);
                    prop_assert!(used.iter().all(|&column| column < names.len() && !names[column].is_empty()));
                    prop_assert!(kind.required().iter().all(|role| resolved.roles.contains_key(role)));
                }
                Err(problem) => prop_assert!(!Error::from(problem).message.is_empty()),
            }
        }
        if let Ok(kind) = infer_kind(&names, &Given::default()) {
            let missing = matches!(resolve(kind, &names, &BTreeMap::new()), Err(ColumnProblem::Missing { .. }));
            prop_assert!(!missing);
        }
    }
}
