//! Templates of notices (招标公告范本): the law takes each as it stands. The pages and their test make the golden file.

use crate::support::{Layout, World, tender};
use facts::Instant;
use facts::body::tender::{Regime, TenderNoticed};
use kaibiao_procure::tender::faults;
use serde::Deserialize;

#[derive(Deserialize)]
struct Template {
    at: Instant,
    id: String,
    notice: TenderNoticed,
    regime: Regime,
}

#[test]
fn the_law_takes_every_template_of_the_pages() {
    let golden = include_str!("../../../../tests/golden/notice-templates.json");
    let templates: Vec<Template> = serde_json::from_str(golden).unwrap();
    assert!(templates.len() >= 13);
    for Template {
        at,
        id,
        mut notice,
        regime,
    } in templates
    {
        let world = World::registered(Layout {
            regime,
            stages: vec![
                ("open", vec!["letter", "technical"]),
                ("final", vec!["quote"]),
                ("draw", vec![]),
            ],
            ..Layout::default()
        });
        assert_eq!(
            world.at, at,
            "the golden file is made for the clock of this world"
        );
        notice.tender = tender();
        for stage in &mut notice.stages {
            stage.key_id = world.state.keys[&stage.stage].key_id;
        }
        let found = faults(&world.state, &notice, world.at);
        let said: Vec<_> = found
            .iter()
            .map(|fault| (fault.field, &*fault.refusal.en))
            .collect();
        assert_eq!(said, [], "{id}");
    }
}
