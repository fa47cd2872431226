//! Windows of complaints, law by law.

use super::*;

#[test]
fn t60_windows_of_the_law() {
    let cst = |month, day| end_of(Date::constant(2026, month, day)).plus(-DAY / 2);
    let end = |month, day| Some(end_of(Date::constant(2026, month, day)));
    let known_at = |raised, replied, due| Known {
        raised,
        replied,
        due,
        ..known(true, None)
    };
    // 条例60: ten days; the days from the objection to its reply are not counted.
    let works = Some(Regime::Works);
    assert_eq!(clock::window_end(works, cst(3, 2), &[]), end(3, 12));
    let spans = [known_at(cst(3, 4), Some(cst(3, 6)), None)];
    assert_eq!(
        clock::window_end(works, cst(3, 2), &spans),
        end(3, 16),
        "three days later: 15 March is a Sunday"
    );
    let open = [known_at(cst(3, 4), None, None)];
    assert_eq!(
        clock::window_end(works, cst(3, 2), &open),
        None,
        "not before the reply"
    );
    // 政府采购法55: fifteen working days from the reply, or from when it was due.
    let bought = Some(Regime::GovernmentProcurement);
    let replied = [known_at(cst(3, 2), Some(cst(3, 5)), end(3, 11))];
    assert_eq!(clock::window_end(bought, cst(3, 2), &replied), end(3, 26));
    let silent = [known_at(cst(3, 2), None, end(3, 11))];
    assert_eq!(clock::window_end(bought, cst(3, 2), &silent), end(4, 1));
    assert_eq!(clock::window_end(Some(Regime::Free), cst(3, 2), &replied), None);
}
