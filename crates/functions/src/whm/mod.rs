//! WHM API: one table.

mod accountsummary;
mod api_token_create;
mod api_token_get_details;
mod api_token_list;
mod api_token_revoke;
mod api_token_update;
mod applist;
mod batch_create_cphulk_records;
mod cphulk_status;
mod create_cphulk_record;
mod create_user_session;
mod createacct;
mod delete_cphulk_record;
mod disable_cphulk;
mod enable_cphulk;
mod flush_cphulk_login_history;
mod flush_cphulk_login_history_for_ips;
mod get_cphulk_brutes;
mod get_cphulk_excessive_brutes;
mod get_cphulk_failed_logins;
mod get_cphulk_user_brutes;
mod get_password_strength;
mod get_tweaksetting;
mod gethostname;
mod listaccts;
mod load_cphulk_config;
mod loadavg;
mod myprivs;
mod passwd;
mod read_cphulk_records;
mod removeacct;
mod save_cphulk_config;
mod set_tweaksetting;
mod suspendacct;
mod systemloadavg;
mod twofactorauth_disable_policy;
mod twofactorauth_enable_policy;
mod twofactorauth_generate_recovery_codes;
mod twofactorauth_generate_tfa_config;
mod twofactorauth_get_issuer;
mod twofactorauth_get_tfa_config_for_user;
mod twofactorauth_get_user_configs;
mod twofactorauth_policy_status;
mod twofactorauth_remove_user_config;
mod twofactorauth_set_issuer;
mod twofactorauth_set_tfa_config;
mod twofactorauth_set_tfa_config_for_user;
mod unsuspendacct;
mod version;

use portreeve_api::Entry;

pub(crate) static TABLE: &[Entry] = &[
    Entry::of::<accountsummary::Accountsummary>(),
    Entry::of::<api_token_create::ApiTokenCreate>(),
    Entry::of::<api_token_get_details::ApiTokenGetDetails>(),
    Entry::of::<api_token_list::ApiTokenList>(),
    Entry::of::<api_token_revoke::ApiTokenRevoke>(),
    Entry::of::<api_token_update::ApiTokenUpdate>(),
    Entry::of::<applist::Applist>(),
    Entry::of::<batch_create_cphulk_records::BatchCreateCphulkRecords>(),
    Entry::of::<cphulk_status::CphulkStatus>(),
    Entry::of::<create_cphulk_record::CreateCphulkRecord>(),
    Entry::of::<create_user_session::CreateUserSession>(),
    Entry::of::<createacct::Createacct>(),
    Entry::of::<delete_cphulk_record::DeleteCphulkRecord>(),
    Entry::of::<disable_cphulk::DisableCphulk>(),
    Entry::of::<enable_cphulk::EnableCphulk>(),
    Entry::of::<flush_cphulk_login_history::FlushCphulkLoginHistory>(),
    Entry::of::<flush_cphulk_login_history_for_ips::FlushCphulkLoginHistoryForIps>(),
    Entry::of::<get_cphulk_brutes::GetCphulkBrutes>(),
    Entry::of::<get_cphulk_excessive_brutes::GetCphulkExcessiveBrutes>(),
    Entry::of::<get_cphulk_failed_logins::GetCphulkFailedLogins>(),
    Entry::of::<get_cphulk_user_brutes::GetCphulkUserBrutes>(),
    Entry::of::<get_password_strength::GetPasswordStrength>(),
    Entry::of::<get_tweaksetting::GetTweaksetting>(),
    Entry::of::<gethostname::Gethostname>(),
    Entry::of::<listaccts::Listaccts>(),
    Entry::of::<load_cphulk_config::LoadCphulkConfig>(),
    Entry::of::<loadavg::Loadavg>(),
    Entry::of::<myprivs::Myprivs>(),
    Entry::of::<passwd::Passwd>(),
    Entry::of::<read_cphulk_records::ReadCphulkRecords>(),
    Entry::of::<removeacct::Removeacct>(),
    Entry::of::<save_cphulk_config::SaveCphulkConfig>(),
    Entry::of::<set_tweaksetting::SetTweaksetting>(),
    Entry::of::<suspendacct::Suspendacct>(),
    Entry::of::<systemloadavg::Systemloadavg>(),
    Entry::of::<twofactorauth_disable_policy::DisablePolicy>(),
    Entry::of::<twofactorauth_enable_policy::EnablePolicy>(),
    Entry::of::<twofactorauth_generate_recovery_codes::GenerateRecoveryCodes>(),
    Entry::of::<twofactorauth_generate_tfa_config::GenerateTfaConfig>(),
    Entry::of::<twofactorauth_get_issuer::GetIssuer>(),
    Entry::of::<twofactorauth_get_tfa_config_for_user::GetTfaConfigForUser>(),
    Entry::of::<twofactorauth_get_user_configs::GetUserConfigs>(),
    Entry::of::<twofactorauth_policy_status::PolicyStatus>(),
    Entry::of::<twofactorauth_remove_user_config::RemoveUserConfig>(),
    Entry::of::<twofactorauth_set_issuer::SetIssuer>(),
    Entry::of::<twofactorauth_set_tfa_config::SetTfaConfig>(),
    Entry::of::<twofactorauth_set_tfa_config_for_user::SetTfaConfigForUser>(),
    Entry::of::<unsuspendacct::Unsuspendacct>(),
    Entry::of::<version::Version>(),
];
