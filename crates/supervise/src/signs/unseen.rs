//! Which screens the platform feeds, and which it does not, with the reason.
//!
//! Invariant: every screen of the library is in one of the two lists; a screen that is not fed never looks clean.

use screen::Code;

/// Screens that the platform feeds.
pub const FED: &[Code] = &[
    Code::K01,
    Code::K03,
    Code::K05,
    Code::K06,
    Code::K10,
    Code::K11,
    Code::K12,
    Code::K13,
    Code::K14,
    Code::K15,
    Code::K19,
    Code::K20,
    Code::K21,
    Code::S01,
    Code::S02,
    Code::S03,
    Code::S04,
    Code::R003,
    Code::R018,
    Code::R024,
    Code::R025,
    Code::R028,
    Code::R030,
    Code::R035,
    Code::R036,
    Code::R038,
    Code::R048,
    Code::R058,
];

/// What the platform has no eyes for, and why: `(rules, 中文, English)`.
pub const UNSEEN: &[(&str, &str, &str)] = &[
    (
        "K02",
        "联系人、电话、邮箱:投标函不载明,账户联系方式加密存证、监督端不读取,故不作比对。",
        "Contacts, telephones, mail: the letter does not state them, and those of accounts are sealed from supervision, so nothing is compared.",
    ),
    (
        "K03",
        "只比对投标函所载项目负责人姓名;其他管理成员及证件号码不在公开文件中。",
        "Only the project leader's name in the letter is compared; other members of the team and numbers of their papers are not public.",
    ),
    (
        "K06",
        "保证金不经平台,账户名称和账号不记录:只比对招标人登记的付款人编号;未登记到账情况、以及开标前撤回的投标,不作比对。",
        "Deposits do not pass through the platform, and names and numbers of accounts are not recorded: only the payers' numbers in the buyer's list are compared; where there is no list, and of bids withdrawn in time, nothing is.",
    ),
    (
        "K07",
        "硬件特征:投标在浏览器中完成,浏览器不向网页提供网卡号、硬盘号,平台也不装取号程序,故不作比对。",
        "Hardware numbers: bids are handed in with a browser, which gives a page no number of a network card or disk, and the platform installs no program that would, so nothing is compared.",
    ),
    (
        "K08",
        "证书与加密锁:平台不用证书和加密锁;账户与投标的密钥一经登记,他人再用即被拒绝,同一密钥不会出现在不同投标人处,故无可比对。",
        "Certificates and hardware keys: the platform uses none; a key of an account or of a bid is refused to anybody else, so one key never serves two bidders, and there is nothing to compare.",
    ),
    (
        "K09",
        "计价软件授权号:写在供评标委员会独阅的文件内,监督端不读取其内容,故不作比对。",
        "Licences of pricing tools: they stand in files that the panel alone reads, which supervision does not, so nothing is compared.",
    ),
    (
        "K10",
        "只比对截止前最后一次递交的网络地址(IPv6 取前 64 位);下载与解密的地址、本机与内网等不指向何人的地址不比对。",
        "Only the address of the last hand-in before the deadline is compared (of IPv6 the first 64 bits); not of downloads and unlocking, and no address of a house, a carrier or this machine, which points at nobody.",
    ),
    (
        "K01, K05, K11, K12",
        "开标后只比对公告列明为公开的文件;技术文件由评标委员会独阅,监督端不读取其内容,其属性、雷同、混装、笔误的比对只能由有权机关调取文件后进行。",
        "After the opening only the parts are compared that the notice lists as public; technical files are read by the panel alone, and their properties, likeness, mixed-in pages and slips can be compared only by whoever may lawfully call for them.",
    ),
    (
        "K04",
        "本身不是一项筛查:投标文件异常一致由 K11、K12 看,报价呈规律性差异由 K13、S01 至 S04 看。",
        "No screen of its own: files that are strangely alike are looked at by K11 and K12, regular differences of prices by K13 and S01 to S04.",
    ),
    (
        "K16",
        "股权与任职关系:平台未接入登记机关。",
        "Shareholders and offices: the platform is not connected to a register.",
    ),
    (
        "K21",
        "只数延期;失败后重新招标另立项目,平台不把两者连起来数。",
        "Only moved deadlines are counted; a tender that failed is announced anew under another name, and failures are not counted together.",
    ),
    (
        "K22",
        "获取文件数:文件公开下载,平台不记录谁下载。",
        "Documents taken: they are public, and who takes them is not recorded.",
    ),
    (
        "K17, K18",
        "泄露与授意:是案件事实,不是可计算的线索。",
        "Leaks and instructions: facts of a case, not signs that can be computed.",
    ),
];

/// What each screen that is run reads, as bidders are told beforehand (for-bidders.md); the counterpart of [`UNSEEN`].
pub const READ: &[(&str, &str, &str)] = &[
    (
        "K01",
        "公告列明为公开的投标文件的属性(作者、最后保存者、单位、制作程序、文档标识)",
        "the properties of the parts of bids that the notice lists as public: author, last editor, company, program, identifier of the document",
    ),
    (
        "K03",
        "投标函载明的项目负责人",
        "the project leader that the letter of a bid names",
    ),
    (
        "K05",
        "公告列明为公开的投标文件的文字与各投标人名称",
        "the text of the parts that the notice lists as public, and the names of the bidders",
    ),
    (
        "K06",
        "招标人登记的投标保证金付款人编号(同一付款人同号,不含账户名称和账号)",
        "the numbers that the buyer's list of deposits gives to payers: one number for one payer, no name and no account",
    ),
    (
        "K10",
        "开标后公布的递交网络地址是否相同(只有编号,没有地址)",
        "whether the network addresses of the hand-ins are equal, as published after the opening (numbers, no addresses)",
    ),
    (
        "K11",
        "公告列明为公开的投标文件的文字,除去招标文件原文",
        "the text of the parts that the notice lists as public, without what the tender itself says",
    ),
    (
        "K12",
        "公告列明为公开的投标文件与招标文件原文的差异",
        "where the parts that the notice lists as public depart from the wording of the tender",
    ),
    ("K13", "开标记录中的全部报价", "all prices of the opening record"),
    (
        "K14",
        "列入开标清单的投标的递交时间",
        "when the bids on the list were handed in",
    ),
    (
        "K15",
        "各投标人历次开标与中标情况",
        "the earlier openings and awards that the bidders took part in",
    ),
    (
        "K19",
        "公示的候选人排序、中标结果及其理由",
        "the candidates publicised, the award and its cause",
    ),
    (
        "K20",
        "定标后披露的评分表",
        "the score sheets that the award disclosed",
    ),
    (
        "K21",
        "公告与澄清修改载明的投标截止时间",
        "the deadlines of notice and addenda",
    ),
    ("R028", "开标记录中的全部报价", "all prices of the opening record"),
    ("S01", "开标记录中的全部报价", "all prices of the opening record"),
    ("S02", "开标记录中的全部报价", "all prices of the opening record"),
    ("S03", "开标记录中的全部报价", "all prices of the opening record"),
    ("S04", "开标记录中的全部报价", "all prices of the opening record"),
];
