//! The server from outside: its description, erasure, a lagging clock, uploads, headers, one process per zone.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bidder_pages;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod cockpit_pages;
#[cfg(test)]
mod decision_pages;
#[cfg(test)]
mod description;
#[cfg(test)]
mod enrolments;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod farewell;
#[cfg(test)]
mod figure_pages;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hearing_pages;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod live;
#[cfg(test)]
mod notice_deliveries;
#[cfg(test)]
mod notice_pages;
#[cfg(test)]
mod overseen;
#[cfg(test)]
mod own_upload;
#[cfg(test)]
mod page_list;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod panel_pages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod person_pages;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod pool_pages;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod public_pages;
#[cfg(test)]
mod qualification_pages;
#[cfg(test)]
mod rates;
#[cfg(test)]
mod rule_pages;
#[cfg(test)]
mod screen_pages;
#[cfg(test)]
mod seat_pages;
#[cfg(test)]
mod step_pages;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod web;
#[cfg(test)]
mod what_if_pages;
