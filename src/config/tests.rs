//! The layers, the ranges, and that an error names what is wrong.

use std::{fs, path::Path, time::Duration};

use super::{CookieSecure, LogFormat, MANUAL, Settings, Synchronous};

fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
    read_with(None, variables)
}

fn read_with(file: Option<&Path>, variables: &[(&str, &str)]) -> Result<Settings, String> {
    let environment = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    Settings::read(file, environment).map_err(|fault| fault.to_string())
}

fn refusal(variables: &[(&str, &str)]) -> String {
    read(variables).map(|_| ()).expect_err("refused")
}

const KEY: &str = "0001020304050607080910111213141516171819202122232425262728293031";

#[test]
fn the_defaults_are_those_of_the_specification() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.url(), "sqlite://data/concierge.db");
    assert_eq!(
        settings.public_url(settings.listen),
        "http://127.0.0.1:8080"
    );
    let limits = &settings.limits;
    assert_eq!(
        (
            limits.max_depth,
            limits.max_complexity,
            limits.max_aliases,
            limits.max_root_fields
        ),
        (20, 100_000, 50, 20)
    );
    assert_eq!((limits.max_tokens, limits.max_page_size), (10_000, 100));
    assert_eq!(
        (limits.max_body_bytes, limits.max_anonymous_body_bytes),
        (1_500_000, 200_000)
    );
    let server = &settings.server;
    assert_eq!(
        (server.header_timeout, server.idle_timeout),
        (Duration::from_secs(10), Duration::from_secs(75))
    );
    assert_eq!(
        (
            server.max_connections,
            server.max_connections_per_client,
            server.max_requests_per_client
        ),
        (900, 256, 256)
    );
    assert_eq!(
        (
            limits.complexity_per_minute,
            limits.max_batch_items,
            limits.introspection
        ),
        (2_000_000, 1_000, true)
    );
    assert_eq!(
        (limits.request_timeout, settings.database.lock_timeout),
        (Duration::from_secs(10), Duration::from_secs(5))
    );
    assert_eq!(
        (
            settings.database.waiting_writes_per_workspace,
            settings.database.writes_per_actor
        ),
        (16, 8)
    );
    assert_eq!(settings.database.synchronous, Synchronous::Full);
    let passwords = &settings.passwords;
    assert_eq!(
        (
            passwords.memory_kib,
            passwords.iterations,
            passwords.parallelism
        ),
        (19_456, 2, 1)
    );
    assert!(passwords.concurrency() >= 1);
    let day = 24 * 60 * 60;
    assert_eq!(settings.sessions.idle, Duration::from_secs(14 * day));
    assert_eq!(settings.sessions.absolute, Duration::from_secs(90 * day));
    assert_eq!(
        (
            settings.sessions.max_per_account,
            settings.sessions.cookie_secure
        ),
        (50, CookieSecure::Auto)
    );
    assert_eq!(
        (settings.sign_in.failures, settings.sign_in.window),
        (5, Duration::from_secs(15 * 60))
    );
    assert_eq!(settings.sign_in.max_delay, Duration::from_secs(60));
    let accounts = &settings.accounts;
    assert_eq!(accounts.registration, Duration::from_secs(day));
    assert_eq!(
        (
            accounts.mails_per_network_and_day,
            accounts.mails_per_address_and_day
        ),
        (5, 30)
    );
    assert_eq!(accounts.mail_requests, 20);
    assert_eq!(settings.access.warning_days, [7, 1]);
    assert_eq!(settings.log.format, LogFormat::Text);
    assert!(settings.mail.smtp_url.is_none() && settings.graphql.documents_dir.is_none());
}

#[test]
fn every_key_of_the_manual_is_explained() {
    let mut explained = false;
    for line in MANUAL.lines() {
        let is_key = line.contains(" = ") && !line.starts_with('#');
        assert!(!is_key || explained, "no comment above: {line}");
        explained = line.starts_with('#');
    }
}

#[test]
fn later_layers_win() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("concierge.toml");
    fs::write(
        &file,
        "listen = '127.0.0.1:1111'\n[limits]\nmax_depth = 10\nmax_aliases = 7\n",
    )
    .unwrap();
    let settings = read_with(
        Some(&file),
        &[
            ("CONCIERGE_LISTEN", "[::1]:2222"),
            ("CONCIERGE_LIMITS__MAX_DEPTH", "11"),
            ("HOME", "/"),
        ],
    )
    .unwrap();
    assert_eq!(settings.listen.to_string(), "[::1]:2222");
    assert_eq!(
        (
            settings.limits.max_depth,
            settings.limits.max_aliases,
            settings.limits.max_tokens
        ),
        (11, 7, 10_000)
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let text = refusal(&[("CONCIERGE_LIMITS__MAX_DEPHT", "11")]);
    assert!(
        text.contains("CONCIERGE_LIMITS__MAX_DEPHT")
            && text.contains("`CONCIERGE_LIMITS__MAX_DEPTH` meant"),
        "{text}"
    );
    let text = refusal(&[("CONCIERGE_QZX", "")]);
    assert!(
        text.contains("CONCIERGE_QZX") && !text.contains("meant"),
        "{text}"
    );

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("concierge.toml");
    fs::write(&file, "[limits]\nmax_alias = 7\n").unwrap();
    let text = read_with(Some(&file), &[]).map(|_| ()).unwrap_err();
    assert!(
        text.contains("concierge.toml")
            && text.contains("`limits.max_alias`")
            && text.contains("`limits.max_aliases`"),
        "{text}"
    );
    fs::write(&file, "[nonsense]\n").unwrap();
    assert!(
        read_with(Some(&file), &[])
            .map(|_| ())
            .unwrap_err()
            .contains("nonsense")
    );
    fs::write(&file, "listen = \n").unwrap();
    assert!(
        read_with(Some(&file), &[])
            .map(|_| ())
            .unwrap_err()
            .contains("concierge.toml")
    );
    assert!(
        read_with(Some(Path::new("/no/such/file.toml")), &[])
            .map(|_| ())
            .unwrap_err()
            .contains("/no/such/file.toml")
    );
}

#[test]
fn bad_values_are_refused_and_named() {
    for (variable, value, key) in [
        ("CONCIERGE_LISTEN", "8080", "listen"),
        ("CONCIERGE_LISTEN", "", "listen"),
        ("CONCIERGE_DATA_DIR", "", "data_dir"),
        ("CONCIERGE_SECRET_KEY", "00", "secret_key"),
        ("CONCIERGE_SECRET_KEY_PREVIOUS", "00", "secret_key_previous"),
        ("CONCIERGE_LIMITS__MAX_DEPTH", "0", "limits.max_depth"),
        ("CONCIERGE_LIMITS__MAX_DEPTH", "101", "limits.max_depth"),
        ("CONCIERGE_LIMITS__MAX_DEPTH", "-1", "limits.max_depth"),
        ("CONCIERGE_LIMITS__MAX_DEPTH", "many", "limits.max_depth"),
        (
            "CONCIERGE_LIMITS__MAX_DEPTH",
            "99999999999999999999",
            "limits.max_depth",
        ),
        (
            "CONCIERGE_LIMITS__INTROSPECTION",
            "perhaps",
            "limits.introspection",
        ),
        (
            "CONCIERGE_LIMITS__REQUEST_TIMEOUT_SECONDS",
            "0",
            "limits.request_timeout_seconds",
        ),
        (
            "CONCIERGE_PASSWORDS__MEMORY_KIB",
            "19455",
            "passwords.memory_kib",
        ),
        (
            "CONCIERGE_PASSWORDS__ITERATIONS",
            "1",
            "passwords.iterations",
        ),
        (
            "CONCIERGE_SESSIONS__COOKIE_SECURE",
            "true",
            "sessions.cookie_secure",
        ),
        (
            "CONCIERGE_SERVER__PUBLIC_URL",
            "https://portal.example.org/path",
            "server.public_url",
        ),
        (
            "CONCIERGE_SERVER__HEADER_TIMEOUT_SECONDS",
            "0",
            "server.header_timeout_seconds",
        ),
        (
            "CONCIERGE_SERVER__IDLE_TIMEOUT_SECONDS",
            "3601",
            "server.idle_timeout_seconds",
        ),
        (
            "CONCIERGE_SERVER__STALL_TIMEOUT_SECONDS",
            "0",
            "server.stall_timeout_seconds",
        ),
        (
            "CONCIERGE_SERVER__MAX_CONNECTIONS",
            "9",
            "server.max_connections",
        ),
        (
            "CONCIERGE_SERVER__MAX_CONNECTIONS_PER_CLIENT",
            "0",
            "server.max_connections_per_client",
        ),
        (
            "CONCIERGE_SERVER__MAX_REQUESTS_PER_CLIENT",
            "0",
            "server.max_requests_per_client",
        ),
        (
            "CONCIERGE_SERVER__TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "server.trusted_proxies",
        ),
        (
            "CONCIERGE_SERVER__ALLOWED_ORIGINS",
            "*",
            "server.allowed_origins",
        ),
        (
            "CONCIERGE_SERVER__ALLOWED_ORIGINS",
            "https://*.example.org",
            "server.allowed_origins",
        ),
        ("CONCIERGE_MAIL__FROM", "nobody", "mail.from"),
        (
            "CONCIERGE_ACCESS__WARNING_DAYS",
            "7,0",
            "access.warning_days",
        ),
        (
            "CONCIERGE_ACCESS__WARNING_DAYS",
            "366",
            "access.warning_days",
        ),
        (
            "CONCIERGE_ACCESS__WARNING_DAYS",
            "7,7",
            "access.warning_days",
        ),
        (
            "CONCIERGE_ACCESS__WARNING_DAYS",
            "1,2,3,4,5,6",
            "access.warning_days",
        ),
        (
            "CONCIERGE_ACCESS__WARNING_DAYS",
            "soon",
            "access.warning_days",
        ),
        ("CONCIERGE_LOG__FILTER", "concierge=loud", "log.filter"),
        ("CONCIERGE_LOG__FORMAT", "xml", "log.format"),
        ("DATABASE_URL", "mysql://localhost/x", "database.url"),
        ("DATABASE_URL", "sqlite::memory:", "database.url"),
    ] {
        let text = refusal(&[(variable, value)]);
        assert!(
            text.contains(&format!("`{key}")) && text.contains(variable),
            "{variable}={value}: {text}"
        );
    }
}

#[test]
fn keys_that_contradict_each_other_are_refused() {
    assert!(refusal(&[("CONCIERGE_SESSIONS__IDLE_DAYS", "91")]).contains("sessions.idle_days"));
    assert!(
        refusal(&[("CONCIERGE_LIMITS__COMPLEXITY_PER_MINUTE", "1000")])
            .contains("limits.complexity_per_minute")
    );
    let text = refusal(&[
        ("DATABASE_URL", "sqlite://a.db"),
        ("CONCIERGE_DATABASE__URL", "sqlite://b.db"),
    ]);
    assert!(
        text.contains("DATABASE_URL") && text.contains("CONCIERGE_DATABASE__URL"),
        "{text}"
    );
    assert!(
        refusal(&[("DATABASE_URL", "postgres://localhost/x")]).contains("`secret_key` is not set")
    );
}

#[test]
fn lists_and_addresses_are_read_from_the_environment() {
    let settings = read(&[
        ("CONCIERGE_SERVER__TRUSTED_PROXIES", "10.1.2.3/8, ::1"),
        (
            "CONCIERGE_SERVER__ALLOWED_ORIGINS",
            "https://Portal.Example.org:443/,http://localhost:5173",
        ),
        (
            "CONCIERGE_SERVER__PUBLIC_URL",
            "https://accounts.example.org/",
        ),
    ])
    .unwrap();
    let proxies: Vec<String> = settings
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "::1/128"]);
    assert_eq!(
        settings.server.allowed_origins,
        ["https://portal.example.org", "http://localhost:5173"]
    );
    assert_eq!(
        settings.public_url(settings.listen),
        "https://accounts.example.org"
    );
    assert!(settings.secure_cookies());
}

#[test]
fn secrets_are_not_printed() {
    let smtp = "smtps://mailer:hush-mail@mail.example.org";
    let url = "postgres://concierge:hush-data@db.example.org/accounts?sslmode=require";
    let public = (
        "CONCIERGE_SERVER__PUBLIC_URL",
        "https://accounts.example.org",
    );
    let variables = [
        ("DATABASE_URL", url),
        ("CONCIERGE_SECRET_KEY", KEY),
        ("CONCIERGE_MAIL__SMTP_URL", smtp),
        public,
    ];
    let settings = read(&variables).unwrap();
    let printed = format!("{settings:?}");
    assert!(
        !printed.contains("hush") && !printed.contains(&KEY[..16]),
        "{printed}"
    );
    assert_eq!(
        settings.database.shown(),
        "postgres://db.example.org/accounts"
    );
    assert_eq!(settings.database.url(), url);
    assert_eq!(settings.secret_key().unwrap().bytes()[..3], [0, 1, 2]);

    for bad in [
        ("DATABASE_URL", "mysql://u:hush@h/d"),
        ("CONCIERGE_MAIL__SMTP_URL", "hush"),
        ("CONCIERGE_SECRET_KEY", "hush"),
    ] {
        let text = refusal(&[bad]);
        assert!(!text.contains("hush"), "{text}");
    }
    let both = refusal(&[
        ("DATABASE_URL", "sqlite://hush.db"),
        ("CONCIERGE_DATABASE__URL", "sqlite://hush2.db"),
    ]);
    assert!(!both.contains("hush"), "{both}");
}

#[test]
fn a_key_of_digits_stays_a_text() {
    let digits = "1".repeat(64);
    assert_eq!(
        read(&[("CONCIERGE_SECRET_KEY", &digits)])
            .unwrap()
            .secret_key()
            .unwrap()
            .bytes(),
        &[0x11; 32]
    );
    let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    assert_eq!(
        read(&[("CONCIERGE_SECRET_KEY", base64)])
            .unwrap()
            .secret_key()
            .unwrap()
            .bytes()[31],
        31
    );
}

#[test]
fn base_3_the_key_before_is_read_and_is_another_one() {
    let (one, two) = ("1".repeat(64), "2".repeat(64));
    let settings = read(&[
        ("CONCIERGE_SECRET_KEY", one.as_str()),
        ("CONCIERGE_SECRET_KEY_PREVIOUS", two.as_str()),
    ])
    .unwrap();
    let previous = settings.previous_secret_key().unwrap();
    assert_eq!(previous.bytes(), &[0x22; 32]);
    assert!(!format!("{settings:?}").contains("2222"));
    assert!(read(&[]).unwrap().previous_secret_key().is_none());
    let same = refusal(&[
        ("CONCIERGE_SECRET_KEY", one.as_str()),
        ("CONCIERGE_SECRET_KEY_PREVIOUS", one.as_str()),
    ]);
    assert!(
        same.contains("secret_key_previous") && !same.contains("1111"),
        "{same}"
    );
}

#[test]
fn the_secret_key_is_made_once_and_kept_private() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("new");
    let variables = [("CONCIERGE_DATA_DIR", data_dir.to_str().unwrap())];
    let settings = read(&variables).unwrap();
    assert!(
        settings.inspect_secret_key().is_err() && !data_dir.exists(),
        "looking makes nothing"
    );

    let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| *settings.secret_key().unwrap().bytes()))
            .collect();
        makers
            .into_iter()
            .map(|maker| maker.join().unwrap())
            .collect()
    });
    assert!(
        keys.iter().all(|key| *key == keys[0] && *key != [0; 32]),
        "all agree"
    );
    assert_eq!(
        read(&variables).unwrap().secret_key().unwrap().bytes(),
        &keys[0]
    );
    assert_eq!(
        fs::read_dir(&data_dir).unwrap().count(),
        1,
        "no drafts are left"
    );
    settings.inspect_secret_key().unwrap();

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = data_dir.join("secret_key");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(
            settings
                .inspect_secret_key()
                .unwrap_err()
                .to_string()
                .contains("chmod 600")
        );
    }
    fs::write(data_dir.join("secret_key"), "nonsense").unwrap();
    assert!(
        settings
            .secret_key()
            .unwrap_err()
            .to_string()
            .contains("32 bytes")
    );
}

#[test]
fn a_folder_with_odd_characters_gives_a_sound_address() {
    let settings = read(&[("CONCIERGE_DATA_DIR", "/tmp/50% off?#1")]).unwrap();
    assert_eq!(
        settings.database.url(),
        "sqlite:///tmp/50%25 off%3F%231/concierge.db"
    );
}

#[test]
fn mail_3_with_smtp_links_lead_somewhere_or_the_start_is_refused() {
    let smtp = ("CONCIERGE_MAIL__SMTP_URL", "smtp://localhost:25");
    let text = refusal(&[smtp, ("CONCIERGE_LISTEN", "0.0.0.0:8080")]);
    assert!(
        text.contains("`server.public_url`") && text.contains("`mail.link_url`"),
        "{text}"
    );
    for url in [
        "http://0.0.0.0:8080",
        "http://[::]:8080",
        "https://[::ffff:0.0.0.0]",
    ] {
        let text = refusal(&[smtp, ("CONCIERGE_SERVER__PUBLIC_URL", url)]);
        assert!(
            text.contains("`server.public_url`") && text.contains(url),
            "{text}"
        );
        assert!(
            refusal(&[("CONCIERGE_SERVER__PUBLIC_URL", url)]).contains("`server.public_url`"),
            "without SMTP too: {url}"
        );
        let link = format!("{url}/link/");
        assert!(
            refusal(&[smtp, ("CONCIERGE_MAIL__LINK_URL", &link)]).contains("`mail.link_url`"),
            "{link}"
        );
    }
    let public = (
        "CONCIERGE_SERVER__PUBLIC_URL",
        "https://accounts.example.org",
    );
    assert_eq!(
        read(&[smtp, public]).unwrap().link_url(),
        "https://accounts.example.org/playground/link/"
    );
    let link = (
        "CONCIERGE_MAIL__LINK_URL",
        "https://portal.example.org/link/",
    );
    assert_eq!(
        read(&[smtp, link]).unwrap().link_url(),
        "https://portal.example.org/link/"
    );
}

#[test]
fn mail_3_no_link_names_a_wildcard_address() {
    for listen in ["0.0.0.0:8080", "[::]:8080"] {
        let settings = read(&[("CONCIERGE_LISTEN", listen)]).unwrap();
        assert_eq!(
            settings.link_url(),
            "http://localhost:8080/playground/link/"
        );
    }
    assert_eq!(
        read(&[("CONCIERGE_LISTEN", "[::1]:8080")])
            .unwrap()
            .link_url(),
        "http://[::1]:8080/playground/link/"
    );
}

#[cfg(unix)]
#[test]
fn what_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("100% new");
    let settings = read(&[("CONCIERGE_DATA_DIR", data_dir.to_str().unwrap())]).unwrap();
    let file = settings.database.file().unwrap();
    assert_eq!(file, data_dir.join("concierge.db"));
    super::private::make_folder(&data_dir).unwrap();
    super::private::make_file(&file).unwrap();
    super::private::make_file(&file).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data_dir), mode(&file)), (0o700, 0o600));
    assert!(settings.inspect_privacy().is_ok());
    let wal = data_dir.join("concierge.db-wal");
    fs::write(&wal, "").unwrap();
    for (path, wide, fit) in [
        (&data_dir, 0o755, 0o700),
        (&file, 0o640, 0o600),
        (&wal, 0o604, 0o600),
    ] {
        fs::set_permissions(&wal, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(wide)).unwrap();
        let message = settings.inspect_privacy().unwrap_err().to_string();
        assert!(
            message.ends_with(&format!("chmod {fit:o} {}", path.display())),
            "{message}"
        );
        fs::set_permissions(path, fs::Permissions::from_mode(fit)).unwrap();
    }
}
