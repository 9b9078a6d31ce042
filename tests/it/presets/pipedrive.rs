//! Pipedrive: headers in three languages, states in words, won and lost times as the closing time.

use super::{accounts, check, column, entered, finding, same};

const PLAIN: &str = "deal_id,amount,stage,status,created,closed
1,1200.5,Proposal,Won,2025-01-02 09:00:00,2025-02-01 10:00:00
2,800,Contact made,Lost,2025-01-03 09:00:00,2025-01-20 10:00:00
3,400,Proposal,Open,2025-01-04 09:00:00,
";

#[track_caller]
fn same_deals(preset: &str, export: &str, [contact, proposal, won]: [&str; 3]) {
    let plain = PLAIN.replace("Proposal", proposal).replace("Contact made", contact).replace("Won", won);
    let steps = format!("{contact},{proposal},{won}");
    let run = same(preset, ("deals.csv", export), &plain, &["--steps", &steps]);
    // The lost deal's stage has no date: it stands at the first step.
    assert_eq!((entered(&run), run.table("steps").counts("dropped")), (vec![3, 2, 1], vec![1, 0, 0]));
    // Thirty days and an hour from creation to winning.
    let time = run.table("overall").rows[0]["time_mean"].as_f64();
    assert_eq!(time, Some(f64::from(30 * 86_400 + 3_600)), "{}", run.block());
}

#[test]
fn english() {
    let export = r#""Deal - ID","Deal - Title","Deal - Value","Deal - Currency","Deal - Stage","Deal - Status","Deal - Deal created","Deal - Expected close date","Deal - Won time","Deal - Lost time","Deal - Deal closed on"
"1","Alpha","1,200.50","EUR","Proposal","Won","2025-01-02 09:00:00","","2025-02-01 10:00:00","","2025-02-01 10:00:00"
"2","Beta","800","EUR","Contact made","Lost","2025-01-03 09:00:00","","","2025-01-20 10:00:00","2025-01-20 10:00:00"
"3","Gamma","400","EUR","Proposal","Open","2025-01-04 09:00:00","2025-03-31","","",""
"4","Delta","1","EUR","Proposal","Deleted","2025-01-04 09:00:00","2025-03-31","","",""
"#;
    let stages = ["Contact made", "Proposal", "Won"];
    same_deals("pipedrive-deals", export, stages);
    let run = check("deals.csv", export, &[]);
    assert_eq!(accounts(&run), [4, 3, 0, 0, 1]);
    assert!(finding(&run, "preset").contains("\"Deal - ID\""), "{}", run.block());
    // Without the closing date, the times of winning and losing say it.
    let without = export.replace(",\"Deal - Deal closed on\"", ",\"Deal - Label\"");
    same_deals("pipedrive-deals", &without, stages);
}

#[test]
fn french() {
    let export = "\"Affaire - ID\",\"Affaire - Titre\",\"Affaire - Valeur\",\"Affaire - Étape\",\"Affaire - Statut\",\"Affaire - Affaire créée\",\"Affaire - Date de gain\",\"Affaire - Heure de l'échec\",\"Personne - 🚨 Volume\"
\"1\",\"Alpha\",\"1200,50\",\"Proposition\",\"Gagnée\",\"2025-01-02 09:00:00\",\"2025-02-01 10:00:00\",\"\",\"\"
\"2\",\"Beta\",\"800\",\"Contact établi\",\"Perdue\",\"2025-01-03 09:00:00\",\"\",\"2025-01-20 10:00:00\",\"\"
\"3\",\"Gamma\",\"400\",\"Proposition\",\"En cours\",\"2025-01-04 09:00:00\",\"\",\"\",\"9\"
";
    same_deals("pipedrive-deals-fr", export, ["Contact établi", "Proposition", "Gagnée"]);
    let typographic = export.replace("Heure de l'échec", "Date de perte").replace(",\"", ";\"");
    same_deals("pipedrive-deals-fr", &typographic, ["Contact établi", "Proposition", "Gagnée"]);
}

#[test]
fn czech() {
    let export = "\"Obchod - ID\",\"Obchod - Název\",\"Obchod - Hodnota\",\"Obchod - Fáze\",\"Obchod - Stav\",\"Obchod - Obchod vytvořen\",\"Obchod - Datum výhry\",\"Obchod - Datum prohry\"
\"1\",\"Alfa\",\"1200,50\",\"Nabídka\",\"Vyhráno\",\"2025-01-02 09:00:00\",\"2025-02-01 10:00:00\",\"\"
\"2\",\"Beta\",\"800\",\"Kontakt\",\"Prohráno\",\"2025-01-03 09:00:00\",\"\",\"2025-01-20 10:00:00\"
\"3\",\"Gama\",\"400\",\"Nabídka\",\"Otevřeno\",\"2025-01-04 09:00:00\",\"\",\"\"
\"4\",\"Delta\",\"400\",\"Nabídka\",\"Smazáno\",\"2025-01-04 09:00:00\",\"\",\"\"
";
    same_deals("pipedrive-deals-cs", export, ["Kontakt", "Nabídka", "Vyhráno"]);
}

/// Unasked, the steps are the stages and the won word; being open is no step, and neither is the date of winning.
#[test]
fn the_steps_are_the_stages() {
    let export = "\"Affaire - ID\",\"Affaire - Titre\",\"Affaire - Étape\",\"Affaire - Statut\",\"Affaire - Affaire créée\",\"Affaire - Date de gain\",\"Affaire - Date de perte\"
\"1\",\"Alpha\",\"Proposition\",\"Gagnée\",\"2025-01-02 09:00:00\",\"2025-02-01 10:00:00\",\"\"
\"2\",\"Beta\",\"Contact\",\"Ouverte\",\"2025-01-03 09:00:00\",\"\",\"\"
";
    let world = crate::world::World::new();
    world.file("deals.csv", export);
    let run = world.run(&["conversion", "deals.csv", "--format", "json"]);
    assert_eq!(run.table("steps").texts("name"), ["Contact", "Proposition", "Gagnée"], "{}", run.block());
}

#[test]
fn the_log_of_changes_is_a_history() {
    let log = "id,item_id,user_id,field_key,old_value,new_value,log_time
1,7,1,stage_id,1,2,2025-01-02 09:00:00
2,7,1,value,10,20,2025-01-02 09:30:00
3,7,1,stage_id,2,3,2025-01-05 09:00:00
4,8,1,stage_id,1,2,2025-01-03 09:00:00
";
    let plain = "deal,stage,changed_at\n7,2,2025-01-02 09:00:00\n7,3,2025-01-05 09:00:00\n8,2,2025-01-03 09:00:00\n";
    let run = same("pipedrive-flow", ("flow.csv", log), plain, &["--steps", "2,3"]);
    assert_eq!((entered(&run), accounts(&run)), (vec![2, 1], [4, 3, 0, 0, 1]));
    assert_eq!(column(&run, "stage"), "new_value");
}
