-- The setting that every number of the benchmark is about: 10,000 members, 200 groups, five groups and three direct grants a
-- member, quota values on 20 groups, 500 members and the default. Runs once, on a migrated and empty database.
-- Ids are made of a kind and a number, so that a run can be repeated and a row found by hand.

BEGIN;

CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('0190' || lpad(to_hex(kind), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

CREATE FUNCTION pg_temp.digits(id uuid) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', substr(bits, i * 5 + 1, 5)::bit(5)::int + 1, 1), '' ORDER BY i)
   FROM (SELECT '00' || ('x' || replace(id::text, '-', ''))::bit(128)::text AS bits) b, generate_series(0, 25) i $$;

CREATE FUNCTION pg_temp.permission(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT (ARRAY['EDIT_WORKSPACE_PROPERTIES', 'MANAGE_SECONDARY_WORKSPACES', 'MANAGE_WORKSPACE_THEME', 'CREATE_DATASETS',
   'EDIT_ALL_DATASETS', 'PUBLISH_OWN_DATASETS', 'BROWSE_ALL_DATASETS', 'MANAGE_OWN_DATASETS_SECURITY', 'CREATE_PAGES',
   'EDIT_ALL_PAGES', 'BROWSE_ALL_PAGES', 'MANAGE_OWN_PAGES_SECURITY', 'BROWSE_ANALYTICS', 'MANAGE_REUSES'])[n % 14 + 1] $$;

CREATE TEMP TABLE span ON COMMIT DROP AS
SELECT date_trunc('second', now()) - interval '300 days' AS "from", timestamptz '9999-12-31 00:00:00Z' AS "to";

CREATE TEMP TABLE person ON COMMIT DROP AS
SELECT n, given, family, lower(given) || '.' || lower(family) || n || '@riverton.example' AS email
FROM generate_series(1, 10000) n,
LATERAL (SELECT (ARRAY['Amina', 'Bart', 'Chloe', 'Daan', 'Elena', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Karim', 'Lotte', 'Mateo',
         'Nora', 'Olivier', 'Priya', 'Quentin', 'Rosa', 'Sven', 'Tess', 'Usha', 'Victor', 'Wendy', 'Xavier', 'Yasmin', 'Zoltan'])
         [n % 26 + 1] AS given,
        (ARRAY['Aalto', 'Bakker', 'Claes', 'Dubois', 'Eriksen', 'Fontaine', 'Garcia', 'Haddad', 'Ivanov', 'Janssens', 'Kowalski',
         'Lambert', 'Moreau', 'Nguyen', 'Okafor', 'Peeters', 'Quispel', 'Rossi', 'Schmidt', 'Tanaka', 'Ulrich', 'Vermeulen',
         'Willems', 'Xhaka', 'Yilmaz', 'Zhang', 'Brown', 'Diallo', 'Fischer', 'Kaya', 'Martin'])[n % 31 + 1] AS family) names;

INSERT INTO account (id, email, email_canonical, given_name, family_name, locale, is_operator, email_verified_at, created_at,
                     last_write_at, audit_sequence, audit_hash)
SELECT pg_temp.id(1, n), email, email, given, family, 'EN', false, "from", "from", "from", 0, ''::bytea FROM person, span;

INSERT INTO workspace (id, slug, name, created_at, access_mode, sign_in_suggested, access_version, last_write_at, audit_sequence,
                       audit_hash, secondary_workspaces_enabled)
SELECT pg_temp.id(2, 1), 'bench', 'Riverton', "from", 'PUBLIC', false, 1, now(), 0, ''::bytea, false FROM span;

INSERT INTO role (id, workspace_id, name, name_folded, preset, starts_at, ends_at)
SELECT pg_temp.id(3, n), pg_temp.id(2, 1), name, lower(name), preset, "from", "to"
FROM span, (VALUES (1, 'Administrator', 'ADMINISTRATOR'), (2, 'Publisher', 'PUBLISHER'), (3, 'Editor', 'EDITOR'),
  (4, 'Designer', 'DESIGNER'), (5, 'Viewer', 'VIEWER'), (6, 'Data steward', NULL), (7, 'Reporter', NULL)) r (n, name, preset);

INSERT INTO role_permission (id, workspace_id, role_id, permission, starts_at, ends_at)
SELECT pg_temp.id(4, role * 100 + p), pg_temp.id(2, 1), pg_temp.id(3, role), pg_temp.permission(role + p * 2), "from", "to"
FROM span, generate_series(6, 7) role, generate_series(0, 3) p;

INSERT INTO member_group (id, workspace_id, slug, title, title_folded, starts_at, ends_at, updated_at)
SELECT pg_temp.id(5, n), pg_temp.id(2, 1), 'team-' || n, 'Team ' || n, 'team ' || n, "from", "to", "from"
FROM span, generate_series(1, 200) n;

INSERT INTO membership (id, workspace_id, account_id, starts_at, ends_at, origin, joined_at, last_active_at, sort_name,
                        email_canonical)
SELECT pg_temp.id(6, n), pg_temp.id(2, 1), pg_temp.id(1, n), "from", "to", 'INVITATION', "from", 'epoch',
  lower(family || ' ' || given), email FROM person, span;

INSERT INTO member_word (workspace_id, word, membership_id)
SELECT pg_temp.id(2, 1), word, pg_temp.id(6, n)
FROM person, LATERAL unnest(ARRAY[lower(given), lower(family), lower(family) || n, email, 'riverton', 'example']) word;

INSERT INTO role_assignment (id, workspace_id, membership_id, role_id, starts_at, ends_at)
SELECT pg_temp.id(7, n), pg_temp.id(2, 1), pg_temp.id(6, n), pg_temp.id(3, CASE WHEN n = 1 THEN 1 ELSE 2 + n % 6 END), "from", "to"
FROM person, span;

INSERT INTO group_membership (id, workspace_id, group_id, membership_id, starts_at, ends_at)
SELECT pg_temp.id(8, n * 10 + k), pg_temp.id(2, 1), pg_temp.id(5, (n * 7 + k * 41) % 200 + 1), pg_temp.id(6, n), "from", "to"
FROM person, span, generate_series(0, 4) k;

INSERT INTO permission_grant (id, workspace_id, membership_id, permission, starts_at, ends_at, granted_by)
SELECT pg_temp.id(9, n * 10 + k), pg_temp.id(2, 1), pg_temp.id(6, n), pg_temp.permission(n * 3 + k), "from", "to", pg_temp.id(1, 1)
FROM person, span, generate_series(0, 2) k;

INSERT INTO permission_grant (id, workspace_id, group_id, permission, starts_at, ends_at, granted_by)
SELECT pg_temp.id(10, n * 10 + k), pg_temp.id(2, 1), pg_temp.id(5, n), pg_temp.permission(n + k * 5), "from", "to", pg_temp.id(1, 1)
FROM span, generate_series(1, 200) n, generate_series(0, 1) k;

INSERT INTO quota_value (id, workspace_id, scope, membership_id, group_id, quota_type, limit_value, period, starts_at, ends_at)
SELECT pg_temp.id(11, 1), pg_temp.id(2, 1), 'DEFAULT', NULL::uuid, NULL::uuid, 'API_CALLS', 1000, 'DAY', "from", "to" FROM span
UNION ALL
SELECT pg_temp.id(11, 1000 + n), pg_temp.id(2, 1), 'GROUP', NULL, pg_temp.id(5, n * 10), 'API_CALLS', 5000 + n, 'DAY', "from", "to"
FROM span, generate_series(1, 20) n
UNION ALL
SELECT pg_temp.id(11, 10000 + n), pg_temp.id(2, 1), 'MEMBER', pg_temp.id(6, n * 20), NULL, 'API_CALLS', 20000 + n, 'DAY', "from", "to"
FROM span, generate_series(1, 500) n;

-- Today's and tomorrow's counters of every fourth member, so that a run over midnight measures the same.
INSERT INTO quota_use (workspace_id, subject, quota_type, period_start, used)
SELECT pg_temp.id(2, 1), 'acc_' || pg_temp.digits(pg_temp.id(1, n)), 'API_CALLS',
  date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + day * interval '1 day', n % 900
FROM person, generate_series(0, 1) day WHERE n % 4 = 0;

-- cck_ConciergeBenchmarkSettingKey011mOq9d, the first member's: an administrator.
INSERT INTO api_key (id, workspace_id, membership_id, name, kind, prefix, secret_hash, is_scoped, allowed_networks, starts_at, ends_at)
SELECT pg_temp.id(12, 1), pg_temp.id(2, 1), pg_temp.id(6, 1), 'benchmark', 'MEMBER', 'cck_Concierg',
  sha256('cck_ConciergeBenchmarkSettingKey011mOq9d'), false, '[]', "from", "to" FROM span;

-- cck_ConciergeBenchmarkGatewayKey013aPJbJ: counts calls for anyone.
INSERT INTO api_key (id, workspace_id, membership_id, name, kind, prefix, secret_hash, is_scoped, allowed_networks, starts_at, ends_at)
SELECT pg_temp.id(12, 2), pg_temp.id(2, 1), pg_temp.id(6, 1), 'gateway', 'GATEWAY', 'cck_Concierg',
  sha256('cck_ConciergeBenchmarkGatewayKey013aPJbJ'), false, '[]', "from", "to" FROM span;

COMMIT;
VACUUM (ANALYZE);
