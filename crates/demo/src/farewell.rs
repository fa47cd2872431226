//! What a demonstration says when it leaves its server running: the addresses, and how to come in as whom.
//!
//! Invariant: whoever is named here is enrolled on this platform, and the key file named opens with the passphrase
//! shown.

use crate::platform::Platform;
use crate::setting::Setting;
use crate::{keys, tell};

/// Who there is to sign in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    /// Everybody of the story.
    Story,
    /// Those of the auctions, whose bidders' keys were made for the run and are gone.
    Auctions,
}

/// A way in: the zone's address, the page, the accounts, their key files.
struct Way<'a> {
    zone: &'a str,
    page: &'static str,
    role: &'static str,
    accounts: &'static str,
    files: &'static str,
}

fn ways<'a>(platform: &'a Platform, company: Company) -> Vec<Way<'a>> {
    let zones = &platform.addresses;
    let way = |zone: &'a str, page, role, accounts, files| Way {
        zone,
        page,
        role,
        accounts,
        files,
    };
    let (procurement, evaluation, supervision) = (
        zones.procurement.as_str(),
        zones.evaluation.as_str(),
        zones.supervision.as_str(),
    );
    let mut ways = vec![
        way(procurement, "/buyer", "buyer 招标人", "buyer", "buyer.pem"),
        way(
            procurement,
            "/custodian",
            "custodian 密钥保管人",
            "custodian-1 … custodian-5",
            "custodian-1.pem …, with the seed custodian-1-seed.pem …",
        ),
        way(
            procurement,
            "/registrar",
            "registrar 注册管理员",
            "registry",
            "registrar.pem",
        ),
    ];
    if company == Company::Story {
        ways.extend([
            way(
                procurement,
                "/bidder",
                "bidder 投标人",
                "bidder-01 … bidder-12",
                "bidder-01.pem …",
            ),
            way(
                evaluation,
                "/",
                "expert 评标专家",
                "expert-1 … expert-5",
                "expert-1.pem …",
            ),
            way(
                supervision,
                "/docket",
                "supervisor 监督人员",
                "supervisor, supervisor-2",
                "supervisor.pem, supervisor-2.pem",
            ),
        ]);
    }
    ways
}

/// Says where the server is and how to come in.
pub(crate) fn say(setting: &Setting, platform: &Platform, company: Company, tender: Option<&str>) {
    let zones = &platform.addresses;
    tell::section("the server is left running for a look 服务仍在运行,可供查看");
    println!("  procurement 交易区  {}", zones.procurement);
    println!("  evaluation  评标区  {}", zones.evaluation);
    println!("  supervision 监督区  {}", zones.supervision);

    tell::section("without signing in 无需登录");
    println!("  notices 招标公告      {}/", zones.procurement);
    if let Some(tender) = tender {
        println!("  the tender 本项目     {}/tenders/{tender}", zones.procurement);
        println!("  opening hall 开标大厅 {}/hall/{tender}", zones.procurement);
    }
    println!("  public log 公开日志   {}/log", zones.procurement);

    tell::section("signing in 登录: open a page, restore the key from its file, once in each zone");
    println!("  key files 密钥文件  {}", setting.keys.display());
    println!("  passphrase 口令     {}", keys::PASSPHRASE);
    for way in ways(platform, company) {
        println!("  {}", way.role);
        println!("      {}{}", way.zone, way.page);
        println!("      account 账户 {}; file 文件 {}", way.accounts, way.files);
    }
    if company == Company::Story {
        tell::note(
            "the bid keys of the twelve bidders are on their machines, in the folder below, and in no browser",
        );
    }

    tell::section("on the command line 命令行");
    println!("  data, dossiers, machines: {}", setting.dir.display());
    println!("  export KAIBIAO_SERVER={}", zones.procurement);
    println!(
        "  export KAIBIAO_DEMO_CLOCK={}   # weeks passed in seconds",
        setting.clock.display()
    );
    println!(
        "  export KAIBIAO_HOME={} KAIBIAO_PASSPHRASE={}",
        setting.dir.join("machines/visitor").display(),
        keys::PASSPHRASE
    );
    println!("  {} tender list", setting.programs.join("kaibiao").display());
    println!("\n  Ctrl-C ends it. 按 Ctrl-C 结束。");
}
