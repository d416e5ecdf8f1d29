//! Values that statements take, the same for both databases.

use portreeve_crypt::{Digest, PasswordHash};
use portreeve_types::{
    AccountId, AclSet, DomainName, FtpLoginId, LocalPart, LoginName, MailAddress, MailboxId, NodeName, Quota,
    SecurityToken, Service, Timestamp, TokenId, TokenName, UserName,
};

/// A parameter: there are two column types, because those two mean the same in both databases.
#[derive(Clone)]
pub(crate) enum Value {
    /// For `BIGINT`.
    Integer(Option<i64>),
    /// For `TEXT`.
    Text(Option<String>),
}

/// The parameters of one statement, `$1` first.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}

pub(crate) use values;

/// Types that are kept as integers.
macro_rules! integer {
    ($($type:ty: $of:expr,)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                let of: fn($type) -> i64 = $of;
                Value::Integer(Some(of(value)))
            }
        }
    )*};
}

integer! {
    i64: |integer| integer,
    bool: i64::from,
    AccountId: |id| id.0,
    MailboxId: |id| id.0,
    FtpLoginId: |id| id.0,
    TokenId: |id| id.0,
    Service: Service::number,
    Timestamp: Timestamp::seconds,
    Quota: |quota| i64::from(quota.as_mib()),
}

/// Types that are kept as their text.
macro_rules! text {
    ($($type:ty: $of:expr,)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                let of: fn($type) -> String = $of;
                Value::Text(Some(of(value)))
            }
        }
    )*};
}

text! {
    String: |text| text,
    &str: str::to_owned,
    &UserName: UserName::to_string,
    &DomainName: DomainName::to_string,
    &LocalPart: LocalPart::to_string,
    &MailAddress: MailAddress::to_string,
    &TokenName: TokenName::to_string,
    &LoginName: LoginName::to_string,
    AclSet: |acls| acls.to_string(),
    &PasswordHash: |hash| hash.as_record().to_owned(),
    &SecurityToken: |token| token.digits().to_owned(),
    &NodeName: NodeName::to_string,
    Digest: Digest::to_hex,
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Value {
        Value::Integer(value)
    }
}

impl From<Option<AccountId>> for Value {
    fn from(value: Option<AccountId>) -> Value {
        Value::Integer(value.map(|id| id.0))
    }
}

impl From<Option<TokenId>> for Value {
    fn from(value: Option<TokenId>) -> Value {
        Value::Integer(value.map(|id| id.0))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(value: Option<Timestamp>) -> Value {
        Value::Integer(value.map(Timestamp::seconds))
    }
}

impl From<Option<Digest>> for Value {
    fn from(value: Option<Digest>) -> Value {
        Value::Text(value.map(Digest::to_hex))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Value {
        Value::Text(value)
    }
}
