//! Marketo: of the log of changed values only the revenue stage.

use super::{accounts, entered, same};

#[test]
fn only_the_revenue_stage_is_history() {
    let log = "\u{feff}activity_date,activity_type_id,campaign_id,id,lead_id,new_value,old_value,primary_attribute_value,reason,source
2025-01-02T10:00:00Z,13,7,1,501,MQL,Lead,Revenue Stage,flow,Flow action
2025-01-02T10:00:00Z,22,7,2,501,55,40,Lead Score,flow,Flow action
2025-01-12T10:00:00Z,101,7,3,501,SQL,MQL,Funnel,flow,Flow action
2025-01-13T10:00:00Z,13,7,4,502,FR,US,Country,flow,Web form
2025-01-14T10:00:00Z,101,7,5,502,MQL,Lead,Funnel,flow,Flow action
";
    let plain = "lead,stage,changed_at
501,MQL,2025-01-02T10:00:00Z
501,SQL,2025-01-12T10:00:00Z
502,MQL,2025-01-14T10:00:00Z
";
    let run = same("marketo-activity", ("activity.csv", log), plain, &["--steps", "MQL,SQL"]);
    assert_eq!((entered(&run), accounts(&run)), (vec![2, 1], [5, 3, 0, 0, 2]));
    let json: String = log
        .trim_start_matches('\u{feff}')
        .lines()
        .skip(1)
        .map(|line| {
            let names = [
                "activity_date",
                "activity_type_id",
                "campaign_id",
                "id",
                "lead_id",
                "new_value",
                "old_value",
                "primary_attribute_value",
            ];
            let members: Vec<String> =
                names.iter().zip(line.split(',')).map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
            format!("{{{}}}\n", members.join(","))
        })
        .collect();
    let run = same("marketo-activity", ("activity.ndjson", &json), plain, &["--steps", "MQL,SQL"]);
    assert_eq!(accounts(&run), [5, 3, 0, 0, 2]);
}
