//! Hashes of other programs, and what the pool makes of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::entropy::Entropy;
use crate::testing::SeededEntropy;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

/// Made by the reference library of Argon2 and by libxcrypt's crypt(3), for `correct horse`, for the empty
/// password, and for `pässwörd 🔑`.
const RECORDS_OF_OTHERS: [(&str, [&str; 3]); 10] = [
    (
        "",
        [
            "$argon2id$v=19$m=64,t=2,p=1$NFluQkxzLkptSFZ2clRhTQ$Ub/wZFRoAWoEifAmV0G/kiKfN2V55e9dDxqj91SJidE",
            "$argon2id$v=19$m=64,t=2,p=1$UFlPRVRTZlhmZnNwSXgxVg$T4IsEyjRFF48/FegFXL8CQl0uBXQhAvNbSV7HMYMAHU",
            "$argon2id$v=19$m=64,t=2,p=1$YndxdlBaZDVseWNhbDk5eQ$kzX0zFFg51107Xul5A262AQqssDciRpMr7Ed8LF3/kM",
        ],
    ),
    (
        "$6$saltstring$",
        [
            ".r0X7ub5wGR2v4Xz7svCIozfnlorFh19V89t8KC9Umd81uGhFgsyTRNyzQDXDIm17fFcR9z3z7oBNdsyYBbtm/",
            "kyGrqt6gmjAdtFLPrflEFifSYLCWWq1pyx95SvqinLDy2UHmj0sTF0MSLMwxPFZc3tu5kQckI8fks0zOPda3n1",
            "CEw5OTDvkzYXyt2dDmNhZlZ93bfY4uoP0QMysMEJG1sFkq.MpTC8tZKOv/x8OIfnoBk9Ug2GMgCAV7IyppVgH0",
        ],
    ),
    (
        "$6$rounds=10000$saltstringsaltst$",
        [
            "uWkfitxWIj/pKw1nBSBgiQR8Pwbr7IMycYT33N8JITrE33DUmC8bV6rVVtFeP/iZRI3xx58jHgvVgQRG8FBmF/",
            "xuc/3ZHb0zTCjdaS/H9sWqIHQqdGImHveIs4HIMg.5dfNJpOYBI200IN9l6olHiR8.YI/P/Xe1hnfHOMI36.m0",
            "aOBUyfd0Xn5ow.Y0GsRrPjjQ6QuS9QKQ4anEWyj5ZgGK9zaS/yHlqh5c3QOiugyCOlG8ns78QO.TB8OGN/C1p/",
        ],
    ),
    (
        "$5$saltstring$",
        [
            "vc6YOOogU4kWVvwga8e9zTFgKcy4tb5LaPxIiPJzqEC",
            "FdNfA4gXqvCeO6iZs7G/.wwwoywYZqo0l1pwmfWaBA7",
            "dUuF9sNoDbqKIx1mzMM2oMPgeFtiGqFfC88Lru/QKQ9",
        ],
    ),
    (
        "$5$rounds=1400$anotherlongsalts$",
        [
            "0KT8xKdzAzHA/GLeLkewBNfWJasAb9.GxP2bbi2wnX1",
            "7IcTVudmZDHdXM3GIn4KAxA5tvn.eciiARdqRBeqNs/",
            "LDc1hSRWWXiQzUPM9uXqomvjTNyMuovkRqUtA/o1ab1",
        ],
    ),
    (
        "$2a$05$abcdefghijklmnopqrstuu",
        [
            "HNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
            "0oImNDIy4flhldV9YqunRgBAePKmw7m",
            "Jle.iZ0HydI0pt1p.fYQNcC2ygoDkde",
        ],
    ),
    (
        "$2b$05$abcdefghijklmnopqrstuu",
        [
            "HNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
            "0oImNDIy4flhldV9YqunRgBAePKmw7m",
            "Jle.iZ0HydI0pt1p.fYQNcC2ygoDkde",
        ],
    ),
    (
        "$2y$05$abcdefghijklmnopqrstuu",
        [
            "HNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
            "0oImNDIy4flhldV9YqunRgBAePKmw7m",
            "Jle.iZ0HydI0pt1p.fYQNcC2ygoDkde",
        ],
    ),
    (
        "$y$j75$abcdefghijkl$",
        [
            "pG0KXbHxpjIKguh3BCfALSHrI366WlMzNka7nozr8.8",
            "LI.4C.XSTCHy/730EFn5uMrpeb7/TU.arBJQztBN7M9",
            "vceCZOoBcQDUCg9aLhgrwFychQ84KAjblHb6xTPzty0",
        ],
    ),
    (
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$",
        [
            "zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79",
            "5P1uc1zvKhieqEtKttbwCQrTPXpY1cK9wEnTDKAqLD8",
            "WQX11QyaNY9wQQwzzkD8im8f/lpnkat/vxlk05bUrt6",
        ],
    ),
];
const PASSWORDS: [&str; 3] = ["correct horse", "", "pässwörd 🔑"];

/// `72 * a`, by libxcrypt.
const LONGEST_FOR_BCRYPT: &str = "$2y$05$abcdefghijklmnopqrstuuGUnCqbfgs3htOkLrFduUjAyLBw1Rq/u";

/// Counts how often a salt was drawn: once for each hash that is made, in vain or not.
struct CountingEntropy(SeededEntropy, AtomicUsize);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.fill(bytes);
    }
}

fn hasher() -> (Hasher, Arc<CountingEntropy>) {
    let entropy = Arc::new(CountingEntropy(SeededEntropy::new(30), AtomicUsize::new(0)));
    (Hasher::with_cost(entropy.clone(), CHEAP).unwrap(), entropy)
}

fn record(text: &str) -> Option<PasswordHash> {
    Some(PasswordHash::from_record(text.to_owned()))
}

#[tokio::test]
async fn hashes_of_other_programs_verify_and_are_to_be_replaced() {
    let (hasher, _) = hasher();
    for (setting, hashes) in RECORDS_OF_OTHERS {
        for (hash, owner) in hashes.into_iter().zip(PASSWORDS) {
            for password in PASSWORDS {
                let stored = record(&format!("{setting}{hash}"));
                let verdict = hasher.verify(password.into(), stored, Scheme::Panel).await.unwrap();
                let expected =
                    if password == owner { Verdict::Right { rehash: true } } else { Verdict::Wrong };
                assert_eq!(verdict, expected, "{setting}{hash} {password}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_hash_verifies_only_its_password_and_is_left_alone() {
    let (hasher, _) = hasher();
    for (scheme, form) in
        [(Scheme::Panel, "$argon2id$v=19$m=64,t=1,p=1$"), (Scheme::Service, "$6$rounds=5000$")]
    {
        let hash = hasher.hash("correct horse".into(), scheme).await.unwrap();
        assert!(hash.as_record().starts_with(form), "{}", hash.as_record());
        let again = hasher.hash("correct horse".into(), scheme).await.unwrap();
        assert_ne!(hash.as_record(), again.as_record(), "each has a salt of its own");
        let right = hasher.verify("correct horse".into(), Some(hash.clone()), scheme).await;
        assert_eq!(right, Ok(Verdict::Right { rehash: false }));
        let wrong = hasher.verify("correct horsf".into(), Some(hash), scheme).await;
        assert_eq!(wrong, Ok(Verdict::Wrong));
    }
}

#[tokio::test]
async fn a_service_hash_is_letter_for_letter_what_crypt_3_makes() {
    // the expected text is libxcrypt's for the same setting: mail and FTP programs compare the whole of it
    let hasher = Hasher::new(Arc::new(SeededEntropy::new(3))).unwrap();
    let hash = hasher.hash("correct horse".into(), Scheme::Service).await.unwrap();
    assert_eq!(
        hash.as_record(),
        "$6$rounds=5000$hbM.DPt/sOVSmlwT$\
         c9SxxaEXgNQW3NgIjJFeo9EAhRFkqH5zTOE6/g2DiTUB62Ec6iWCHJ4MnTF3eYy8DsauAo741JB6T55ww.9qB/"
    );
}

#[tokio::test]
async fn a_hash_of_another_scheme_or_cost_is_to_be_replaced() {
    let (cheap, entropy) = hasher();
    let dearer = Hasher::with_cost(entropy, Cost { memory_kib: 128, passes: 1 }).unwrap();
    let hash = cheap.hash("x".into(), Scheme::Panel).await.unwrap();
    for (hasher, scheme, rehash) in
        [(&cheap, Scheme::Panel, false), (&cheap, Scheme::Service, true), (&dearer, Scheme::Panel, true)]
    {
        let verdict = hasher.verify("x".into(), Some(hash.clone()), scheme).await;
        assert_eq!(verdict, Ok(Verdict::Right { rehash }));
    }
}

#[tokio::test]
async fn who_is_unknown_or_has_an_unusable_record_costs_as_much_as_a_wrong_password() {
    let (hasher, entropy) = hasher();
    let unusable = [
        "",
        "*",
        "!",
        "!!",
        "x",
        "correct horse",
        "$1$saltsalt$NuzA7WTAelpl95xgBGWN60",
        "$7$C6..../....SodiumChloride$DDiXq9W.wa48NxjJa6vFZ3vzvwdnAYeTgzYDB94rqQ/",
        "$argon2i$v=19$m=64,t=4,p=1$U2czUGVXck9mN2loS0xDeg$x+Np9nYdDSEg5M3pMXCEDu64TShftB02mWxOTnJ6AXw",
        "!$6$saltstring$kyGrqt6gmjAdtFLPrflEFifSYLCWWq1pyx95SvqinLDy2UHmj0sTF0MSLMwxPFZc3tu5kQckI8fks0zOPda3n1",
        "$6$",
        "$6$saltstring",
        "$6$saltstring$",
        "$6$rounds=$salt$hash",
        "$6$rounds=10$saltstring$kyGrqt6gmjAd",
        "$2y$05$short",
        "$2x$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
        "$y$j9T$",
        "$argon2id$v=19$m=64,t=2,p=1",
        "$argon2id$m=64,t=2,p=1$NFluQkxzLkptSFZ2clRhTQ$Ub/wZFRoAWoEifAmV0G/kiKfN2V55e9dDxqj91SJidE",
    ];
    for scheme in [Scheme::Panel, Scheme::Service] {
        for stored in unusable.into_iter().map(record).chain([None]) {
            for password in PASSWORDS {
                let before = entropy.1.load(Ordering::Relaxed);
                let shown = stored.as_ref().map(|hash| hash.as_record().to_owned());
                let verdict = hasher.verify(password.into(), stored.clone(), scheme).await;
                assert_eq!(verdict, Ok(Verdict::Wrong), "{shown:?}");
                assert_eq!(
                    entropy.1.load(Ordering::Relaxed),
                    before + 1,
                    "{shown:?}: no hash was made in vain"
                );
            }
        }
    }
}

#[tokio::test]
async fn records_that_would_exhaust_the_machine_are_not_evaluated() {
    let (hasher, entropy) = hasher();
    let hash = "$NFluQkxzLkptSFZ2clRhTQ$Ub/wZFRoAWoEifAmV0G/kiKfN2V55e9dDxqj91SJidE";
    for stored in [
        format!("$argon2id$v=19$m=4194304,t=2,p=1{hash}"),
        format!("$argon2id$v=19$m=64,t=4000000000,p=1{hash}"),
        format!("$6$rounds=999999999$saltstring${}", "a".repeat(86)),
        LONGEST_FOR_BCRYPT.replace("$05$", "$31$"),
        format!("$y$jST$abcdefghijkl${}", "a".repeat(43)),
        format!("$y$j9T1z..$abcdefghijkl${}", "a".repeat(43)),
    ] {
        let before = entropy.1.load(Ordering::Relaxed);
        let verdict = hasher.verify("x".into(), record(&stored), Scheme::Panel).await;
        assert_eq!(verdict, Ok(Verdict::Wrong), "{stored}");
        assert_eq!(entropy.1.load(Ordering::Relaxed), before + 1, "{stored}");
    }
}

#[tokio::test]
async fn bcrypt_takes_72_bytes_and_not_one_more() {
    let (hasher, _) = hasher();
    for (length, expected) in
        [(72, Verdict::Right { rehash: true }), (73, Verdict::Wrong), (71, Verdict::Wrong)]
    {
        let verdict =
            hasher.verify("a".repeat(length).into(), record(LONGEST_FOR_BCRYPT), Scheme::Panel).await;
        assert_eq!(verdict, Ok(expected), "{length}");
    }
}

#[tokio::test]
async fn a_password_of_1024_bytes_works_and_a_longer_one_never() {
    let (hasher, _) = hasher();
    for scheme in [Scheme::Panel, Scheme::Service] {
        let hash = hasher.hash("a".repeat(MAX_PASSWORD_BYTES).into(), scheme).await.unwrap();
        let right = hasher.verify("a".repeat(MAX_PASSWORD_BYTES).into(), Some(hash.clone()), scheme).await;
        assert_eq!(right, Ok(Verdict::Right { rehash: false }));
        let longer = "a".repeat(MAX_PASSWORD_BYTES + 1);
        assert_eq!(hasher.verify(longer.as_str().into(), Some(hash), scheme).await, Ok(Verdict::Wrong));
        let locked = hasher.hash(longer.as_str().into(), scheme).await.unwrap();
        assert_eq!(locked.as_record(), "*");
        assert_eq!(hasher.verify(longer.into(), Some(locked), scheme).await, Ok(Verdict::Wrong));
    }
}

#[tokio::test]
async fn a_flipped_character_anywhere_in_a_record_makes_it_worthless() {
    let (hasher, _) = hasher();
    for scheme in [Scheme::Panel, Scheme::Service] {
        let stored = hasher.hash("x".into(), scheme).await.unwrap();
        let text = stored.as_record();
        let salt_begins = text.rsplit('$').nth(1).unwrap().as_ptr() as usize - text.as_ptr() as usize;
        // the last character of each field holds only some bits of base64, so it is left out
        for position in (salt_begins..text.len() - 1).filter(|p| !text[p + 1..].starts_with('$')) {
            let mut bytes = text.as_bytes().to_vec();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let verdict = hasher.verify("x".into(), record(&changed), scheme).await;
            assert_eq!(verdict, Ok(Verdict::Wrong), "{changed}");
        }
    }
}
