//! Pages that every zone has: what the platform is, what it does not protect, and what runs in the browser alone: a
//! verifier, and a check whether this computer can do a bidder's work.

use crate::doors::Doors;
use crate::pages::{Layout, shown};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/about", get(about))
        .route("/limits", get(limits))
        .route("/verify", get(verify))
        .route("/self-check", get(self_check))
}

#[derive(Template)]
#[template(path = "standing/about.html")]
struct About {
    l: Layout,
    log_key: String,
    refusal_key: String,
}

async fn about(State(doors): State<Doors>, l: Layout) -> Result<Response, Problem> {
    shown(&About {
        l,
        log_key: doors.about.log_key.clone(),
        refusal_key: doors.about.refusal_key.clone(),
    })
}

#[derive(Template)]
#[template(path = "standing/verify.html")]
struct Verify {
    l: Layout,
}

async fn verify(l: Layout) -> Result<Response, Problem> {
    shown(&Verify { l })
}

/// Machine name; then name and sentence, each in Chinese and English.
type Step = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[derive(Template)]
#[template(path = "standing/self-check.html")]
struct SelfCheck {
    l: Layout,
    steps: &'static [Step],
}

impl SelfCheck {
    /// Account of the person who looks; empty for a stranger.
    fn account(&self) -> &str {
        self.l
            .caller
            .as_ref()
            .map_or("", |caller| caller.account.as_str())
    }

    /// Roles of the person who looks, with spaces between.
    fn roles(&self) -> String {
        let roles = self.l.caller.iter().flat_map(|caller| &caller.roles);
        let words: Vec<&str> = roles.map(|role| role.word()).collect();
        words.join(" ")
    }
}

async fn self_check(l: Layout) -> Result<Response, Problem> {
    shown(&SelfCheck { l, steps: STEPS })
}

/// The steps of the self-check in their order; `self-check/steps.js` has the same names.
const STEPS: &[Step] = &[
    (
        "browser",
        "浏览器功能",
        "Browser",
        "签名、加密、后台线程、分段读取文件与本地保存是否可用。",
        "Whether it can sign, encrypt, run workers, read files in pieces and keep things.",
    ),
    (
        "clock",
        "时钟",
        "Clock",
        "本机时钟与平台时间相差多少。",
        "How far this machine's clock is from the platform's.",
    ),
    (
        "chance",
        "随机数",
        "Randomness",
        "随机数发生器是否明显损坏。",
        "Whether the random generator is visibly broken.",
    ),
    (
        "storage",
        "本地保存",
        "Storage",
        "能否写入并读回、有多少空间、浏览器会不会自行清除。",
        "Whether things can be written and read back, how much room there is, and whether the browser may clear it.",
    ),
    (
        "key",
        "账户密钥",
        "Account key",
        "已登录时:本浏览器有没有该账户的密钥,是否仍然有效。",
        "If signed in: whether this browser has the account's key, and whether it is still good.",
    ),
    (
        "signature",
        "签名与验签",
        "Signing",
        "用一次性密钥签名并验证,密钥不能被导出。",
        "Signs and verifies with a key made for this, which must not be exportable.",
    ),
    (
        "ceremony",
        "密钥仪式",
        "Key ceremony",
        "在本页内由五名虚拟保管人生成开标密钥,三人即可开启。",
        "Five invented custodians make an opening key in this page; three of them open.",
    ),
    (
        "seal",
        "密封",
        "Sealing",
        "在后台线程中密封一份 32 MB 的虚拟投标,并计算速度。",
        "Seals an invented bid of 32 MB in the workers and tells the speed.",
    ),
    (
        "upload",
        "上传与断线续传",
        "Uploading, cut and resumed",
        "按真实路径上传;中途切断一次,再从断点继续。需以投标人身份登录交易区。",
        "Uploads by the real path, cuts the connection once and goes on. Needs a bidder's session in the procurement zone.",
    ),
    (
        "open",
        "开启与比对",
        "Opening",
        "分段读回密文,由三名虚拟保管人开启,与原文件逐字节比对。",
        "Reads the sealed bytes back by ranges, opens them with three of the invented custodians and compares every byte.",
    ),
    (
        "tidy",
        "清理",
        "Tidying up",
        "删除虚拟投标及其密钥;平台上的虚拟文件一并删除。",
        "Removes the invented bid with its key, here and on the platform.",
    ),
];

#[derive(Template)]
#[template(path = "standing/limits.html")]
struct Limits {
    l: Layout,
    limits: &'static [Limit],
}

async fn limits(l: Layout) -> Result<Response, Problem> {
    shown(&Limits { l, limits: LIMITS })
}

/// Title and text, each in Chinese and English.
type Limit = (&'static str, &'static str, &'static str, &'static str);

/// What `SECURITY.md` says plainly, for people.
const LIMITS: &[Limit] = &[
    (
        "达到门限数的保管人串通",
        "Custodians who collude",
        "达到门限数的密钥保管人与密文持有者串通,可随时开启未加投标人自锁的投标,且不留痕迹。",
        "Enough custodians together with whoever holds the ciphertext open every bid without a bidder lock, at any time, and nothing shows it.",
    ),
    (
        "平台知道谁参与投标",
        "The platform knows who takes part",
        "平台在保密记录中对应账户与投标,并看得到地址、时间与大小。公开日志在开标前不显示这些内容。",
        "It ties accounts to bids in confidential facts and sees addresses, times and sizes. The public log does not show them before the opening.",
    ),
    (
        "保密记录的数量与时间可见",
        "The number of confidential entries is visible",
        "提问、登记、投标、替换、撤回在日志中看起来相同,但条数与时间人人可见;若某项目是唯一进行中的项目,可据此估计投标人数上限。",
        "Questions, entries, bids, replacements and withdrawals look alike, but how many there are and when is seen by all; who knows that a tender is the only live one can bound the number of bidders.",
    ),
    (
        "评审用文件开启后为明文",
        "Panel parts are plaintext after the opening",
        "开启后,供评标委员会使用的文件以明文存于平台的非公开目录,平台管理员可以读取。",
        "After the opening the parts for the panel lie as plaintext in a private folder of the platform, readable by its administrator.",
    ),
    (
        "对专家的匿名主要靠规矩",
        "Anonymity towards experts is a rule more than a wall",
        "专家看不到名称与报价,供评标委员会文件的长度与摘要在定标前也不公开;但文件内容本身可能暴露投标人。",
        "Experts see neither names nor prices, and lengths and hashes of files for the panel are withheld until the award; but a file itself may betray its author.",
    ),
    (
        "并非《电子签名法》所称可靠电子签名",
        "Not signatures under the Electronic Signature Law",
        "密钥由用户自行生成、由注册管理员确认,没有依法设立的电子认证服务机构参与。",
        "Keys are made by their users and vouched for by the registrar; no licensed certificate authority stands behind them.",
    ),
    (
        "没有见证方",
        "No witnesses",
        "日志密钥若落入恶意者之手,可向两批人展示两份不同的历史;各人的程序只能发现自己所见历史的改变。请保留回执,并不时与他人比较检查点。",
        "A log key in bad hands can show two histories to two groups of people; each machine notices a change of its own history only. Keep receipts, and compare checkpoints with others now and then.",
    ),
    (
        "没有可信时间源",
        "No trusted time",
        "时间由平台给出,只受日志顺序与保管人时钟的约束。",
        "Instants are the platform's, bounded by the order of its log and by custodians' clocks.",
    ),
    (
        "注册申请与邮件订阅",
        "Requests to be enrolled and letters",
        "注册申请(处理前,最长 14 天)和订阅邮箱及其条件(退订前)可读地存于平台数据库;邮件沿途的服务器看得到订阅的条件。不愿如此的,请用 Atom 订阅地址。",
        "Requests to be enrolled, until they are decided or for 14 days, and mail addresses with what they look for, until the subscription ends, stand readable in the platform's database; mail servers on the way see what is looked for. The Atom feed tells nobody.",
    ),
    (
        "本网站的页面由平台提供",
        "These pages come from the platform",
        "恶意的平台可以向某个人提供被篡改的页面或脚本。在意这一点的人应使用命令行程序 kaibiao 密封投标、用 kaibiao-verify 验证。",
        "A malicious platform can give somebody a changed page or script. Whoever minds seals with the program kaibiao and checks with kaibiao-verify.",
    ),
    (
        "没有频率限制",
        "No rate limits",
        "限制了大小,没有限制次数;应在平台之前另设代理。",
        "Sizes are limited, numbers are not; a proxy in front has to do that.",
    ),
    (
        "虚假注册",
        "Invented people",
        "注册管理员可以注册虚构的人,包括保管人。每个项目的保管人名单是公开的,请自行查看。",
        "A registrar can enrol invented people, custodians included. Everybody sees who the custodians of a tender are: look.",
    ),
    (
        "丢失投标文件夹",
        "A lost bid folder",
        "丢失投标文件夹及其备份的投标人不能解密、替换或撤回自己的投标。",
        "A bidder who loses the bid folder and its backup cannot unlock, replace or withdraw the bid.",
    ),
    (
        "证据包含全部公开日志",
        "The dossier has the whole public log",
        "一个项目的证据包含有日志的全部公开部分,包括其他项目的,否则无法验证。",
        "The dossier of a tender contains the public part of the whole log, other tenders included: that is what makes it verifiable.",
    ),
];
