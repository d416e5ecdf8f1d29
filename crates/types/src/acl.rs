//! Reseller privileges (ACLs), under the names that WHM uses.

use std::str::FromStr;

use crate::parsed::{Invalid, serde_form};

macro_rules! acls {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One privilege.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Acl {
            $($(#[$doc])* #[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Acl {
            /// Every privilege, in the order of their groups.
            pub const ALL: &'static [Acl] = &[$(Acl::$variant),*];

            /// The name that WHM uses.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Acl::$variant => $name,)*
                }
            }
        }
    };
}

acls! {
    // Initial: given to every reseller.
    AcctSummary = "acct-summary",
    BasicSystemInfo = "basic-system-info",
    BasicWhmFunctions = "basic-whm-functions",
    ConnectedApplications = "connected-applications",
    CorsProxyGet = "cors-proxy-get",
    CpanelApi = "cpanel-api",
    CpanelIntegration = "cpanel-integration",
    CreateUserSession = "create-user-session",
    DigestAuth = "digest-auth",
    GenerateEmailConfig = "generate-email-config",
    ListPkgs = "list-pkgs",
    ManageApiTokens = "manage-api-tokens",
    ManageDnsRecords = "manage-dns-records",
    ManageOidc = "manage-oidc",
    ManageStyles = "manage-styles",
    MysqlInfo = "mysql-info",
    NsConfig = "ns-config",
    PublicContact = "public-contact",
    SslInfo = "ssl-info",
    TrackEmail = "track-email",
    // Standard.
    ListAccts = "list-accts",
    ShowBandwidth = "show-bandwidth",
    CreateAcct = "create-acct",
    KillAcct = "kill-acct",
    SuspendAcct = "suspend-acct",
    UpgradeAccount = "upgrade-account",
    Ssl = "ssl",
    SslBuy = "ssl-buy",
    SslGencrt = "ssl-gencrt",
    EditMx = "edit-mx",
    Passwd = "passwd",
    FileRestore = "file-restore",
    CreateDns = "create-dns",
    KillDns = "kill-dns",
    ParkDns = "park-dns",
    EditDns = "edit-dns",
    AddPkg = "add-pkg",
    EditPkg = "edit-pkg",
    Thirdparty = "thirdparty",
    Mailcheck = "mailcheck",
    News = "news",
    AssignRootAccountEnhancements = "assign-root-account-enhancements",
    // Package.
    AllowShell = "allow-shell",
    Viewglobalpackages = "viewglobalpackages",
    AllowAddoncreate = "allow-addoncreate",
    AllowParkedcreate = "allow-parkedcreate",
    AddPkgIp = "add-pkg-ip",
    AddPkgShell = "add-pkg-shell",
    AllowUnlimitedPkgs = "allow-unlimited-pkgs",
    AllowEmaillimitsPkgs = "allow-emaillimits-pkgs",
    AllowUnlimitedDiskPkgs = "allow-unlimited-disk-pkgs",
    AllowUnlimitedBwPkgs = "allow-unlimited-bw-pkgs",
    // Global.
    Status = "status",
    Stats = "stats",
    Restart = "restart",
    Resftp = "resftp",
    // Super.
    EditAccount = "edit-account",
    LimitBandwidth = "limit-bandwidth",
    Quota = "quota",
    DemoSetup = "demo-setup",
    RearrangeAccts = "rearrange-accts",
    Clustering = "clustering",
    LocaleEdit = "locale-edit",
    // Root.
    All = "all",
}

impl std::fmt::Display for Acl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Acl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Acl::ALL
            .iter()
            .copied()
            .find(|acl| acl.name() == text)
            .ok_or_else(|| Invalid("no privilege (ACL) has this name".to_owned()))
    }
}

serde_form!(Acl, "the name of a reseller privilege");

/// A set of privileges. `all` contains every other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AclSet(u128);

impl AclSet {
    /// No privilege.
    pub const NONE: AclSet = AclSet(0);

    /// The set with one more.
    #[must_use]
    pub const fn with(self, acl: Acl) -> AclSet {
        AclSet(self.0 | 1 << acl as u32)
    }

    /// Whether the set grants the privilege.
    #[must_use]
    pub const fn grants(self, acl: Acl) -> bool {
        self.0 & (1 << acl as u32 | 1 << Acl::All as u32) != 0
    }

    /// What both sets grant: a token's own privileges within its owner's.
    #[must_use]
    pub fn intersect(self, other: AclSet) -> AclSet {
        match (self.grants(Acl::All), other.grants(Acl::All)) {
            (true, _) => other,
            (_, true) => self,
            _ => AclSet(self.0 & other.0),
        }
    }

    /// Whether it grants nothing that the other does not.
    #[must_use]
    pub fn is_within(self, other: AclSet) -> bool {
        other.grants(Acl::All) || self.intersect(other) == self
    }

    /// Whether it grants nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a new reseller gets: the initial privileges and the usual ones for owned accounts.
    #[must_use]
    pub fn usual_reseller() -> AclSet {
        // the first 21 privileges are the initial ones, see above
        Acl::ALL
            .iter()
            .copied()
            .take(21)
            .chain([
                Acl::ListAccts,
                Acl::ShowBandwidth,
                Acl::CreateAcct,
                Acl::KillAcct,
                Acl::SuspendAcct,
                Acl::UpgradeAccount,
                Acl::Passwd,
                Acl::EditMx,
                Acl::CreateDns,
                Acl::KillDns,
                Acl::EditDns,
                Acl::Ssl,
            ])
            .collect()
    }

    /// The privileges named in the set, in the order of their groups.
    pub fn iter(self) -> impl Iterator<Item = Acl> {
        Acl::ALL.iter().copied().filter(move |acl| self.0 & 1 << *acl as u32 != 0)
    }
}

impl FromIterator<Acl> for AclSet {
    fn from_iter<I: IntoIterator<Item = Acl>>(acls: I) -> Self {
        acls.into_iter().fold(AclSet::NONE, AclSet::with)
    }
}

/// Names separated by blanks, as records keep them.
impl std::fmt::Display for AclSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, acl) in self.iter().enumerate() {
            write!(f, "{}{acl}", if position == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for AclSet {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.split_ascii_whitespace().map(str::parse::<Acl>).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_grants_everything_and_an_intersection_never_adds() {
        let all = AclSet::NONE.with(Acl::All);
        let lists = AclSet::NONE.with(Acl::ListAccts);
        assert!(Acl::ALL.iter().all(|acl| all.grants(*acl)));
        assert_eq!(all.intersect(lists), lists);
        assert_eq!(lists.intersect(all), lists);
        assert!(lists.intersect(AclSet::NONE.with(Acl::KillAcct)).is_empty());
        assert!(lists.is_within(all) && lists.is_within(lists) && AclSet::NONE.is_within(lists));
        assert!(all.with(Acl::ListAccts).is_within(all));
        assert!(!all.is_within(lists) && !lists.is_within(AclSet::NONE.with(Acl::KillAcct)));
    }

    #[test]
    fn a_set_survives_its_text_form() {
        let usual = AclSet::usual_reseller();
        assert_eq!(usual.to_string().parse::<AclSet>().unwrap(), usual);
        assert!(usual.grants(Acl::TrackEmail) && !usual.grants(Acl::All));
        assert!("list-accts nonsense".parse::<AclSet>().is_err());
    }
}
