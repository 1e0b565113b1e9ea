// graphql-yoga, DataLoader and pg, written by hand as a careful team would: one batch a table (ANY($1)), prepared statements, one
// process. It looks up the key on every request and answers P1, P1b, P2 and P3 byte by byte as Concierge does.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import pg from 'pg'

const [database, listen] = process.argv.slice(2)
const [host, port] = listen.split(':')
const pool = new pg.Pool({ connectionString: database, max: 20 })
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

// A name makes pg prepare the statement once a connection.
const rows = async (name, text, values) => (await pool.query({ name, text, values })).rows

const CATALOGUE = [
  'EDIT_WORKSPACE_PROPERTIES', 'MANAGE_SECONDARY_WORKSPACES', 'MANAGE_WORKSPACE_THEME', 'CREATE_DATASETS', 'EDIT_ALL_DATASETS',
  'PUBLISH_OWN_DATASETS', 'BROWSE_ALL_DATASETS', 'MANAGE_OWN_DATASETS_SECURITY', 'CREATE_PAGES', 'EDIT_ALL_PAGES',
  'BROWSE_ALL_PAGES', 'MANAGE_OWN_PAGES_SECURITY', 'BROWSE_ANALYTICS', 'MANAGE_REUSES',
]
const PRESETS = {
  ADMINISTRATOR: CATALOGUE,
  PUBLISHER: ['CREATE_DATASETS', 'EDIT_ALL_DATASETS', 'PUBLISH_OWN_DATASETS', 'MANAGE_OWN_DATASETS_SECURITY', 'BROWSE_ALL_DATASETS',
    'CREATE_PAGES', 'BROWSE_ANALYTICS'],
  EDITOR: ['CREATE_DATASETS', 'CREATE_PAGES'],
  DESIGNER: ['CREATE_DATASETS', 'BROWSE_ALL_DATASETS', 'CREATE_PAGES', 'MANAGE_WORKSPACE_THEME'],
  VIEWER: ['BROWSE_ALL_DATASETS', 'BROWSE_ALL_PAGES'],
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
function typeId(uuid, prefix = 'mem') {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let text = ''
  for (let place = 0; place < 26; place++, bits >>= 5n) text = DIGITS[Number(bits & 31n)] + text
  return `${prefix}_${text}`
}
function uuidOf(id) {
  let bits = 0n
  for (const digit of id.slice(4)) bits = (bits << 5n) | BigInt(DIGITS.indexOf(digit))
  const hex = bits.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const KEY = `SELECT k.id, m.workspace_id, w.slug FROM api_key k JOIN membership m ON m.id = k.membership_id
  JOIN workspace w ON w.id = m.workspace_id AND w.deleted_at IS NULL
  WHERE k.secret_hash = $1 AND k.starts_at <= $2 AND k.ends_at > $2 AND m.starts_at <= $2 AND m.ends_at > $2
  AND NOT EXISTS (SELECT 1 FROM disabled_spell d WHERE d.membership_id = m.id AND d.starts_at <= $2 AND d.ends_at > $2)`
const MEMBER = `SELECT m.id, m.account_id, m.starts_at, m.ends_at, a.email, a.given_name, a.family_name, EXISTS (SELECT 1 FROM disabled_spell d
  WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.starts_at <= $2 AND d.ends_at > $2) AS disabled
  FROM membership m JOIN account a ON a.id = m.account_id WHERE m.workspace_id = $1`
const HELD = (table) => `EXISTS (SELECT 1 FROM ${table} x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id
  AND x.starts_at <= $2 AND x.ends_at > $2`
const PAGE = `${MEMBER} AND m.ends_at > $2 AND (m.origin NOT IN ('SIGN_UP', 'ACCESS_REQUEST') OR ${HELD('role_assignment')})
  OR ${HELD('group_membership')}) OR ${HELD('permission_grant')} AND x.granted_by IS NOT NULL))
  ORDER BY m.sort_name, m.id LIMIT $3`

// One batch a table and request; the rows of each member together.
function perMember(name, text, { workspace, now }) {
  return new DataLoader(async (ids) => {
    const found = new Map(ids.map((id) => [id, []]))
    for (const row of await rows(name, text, [ids, workspace, now])) found.get(row.membership_id)?.push(row)
    return ids.map((id) => found.get(id))
  })
}
const COUNTS = 'x.workspace_id = $2 AND x.starts_at <= $3 AND x.ends_at > $3'
const loaders = (asker) => ({
  roles: perMember('roles', `SELECT x.membership_id, r.id, r.name, r.preset FROM role_assignment x JOIN role r ON r.id = x.role_id
    WHERE x.membership_id = ANY($1) AND ${COUNTS}`, asker),
  groups: perMember('groups', `SELECT x.membership_id, g.id, g.title FROM group_membership x JOIN member_group g ON g.id = x.group_id
    WHERE x.membership_id = ANY($1) AND ${COUNTS} ORDER BY g.title_folded`, asker),
  grants: perMember('grants', `SELECT x.membership_id, x.permission FROM permission_grant x
    WHERE x.membership_id = ANY($1) AND x.permission IS NOT NULL AND ${COUNTS}`, asker),
  limits: perMember('limits', `SELECT x.membership_id, x.limit_value FROM quota_value x
    WHERE x.membership_id = ANY($1) AND x.scope = 'MEMBER' AND x.quota_type = 'API_CALLS' AND ${COUNTS}`, asker),
  // By account: a counter outlives the membership.
  uses: new DataLoader(async (accounts) => {
    const day = new Date(Date.UTC(asker.now.getUTCFullYear(), asker.now.getUTCMonth(), asker.now.getUTCDate()))
    const found = await rows('uses', `SELECT subject, used FROM quota_use WHERE subject = ANY($1) AND workspace_id = $2
      AND quota_type = 'API_CALLS' AND period_start = $3`, [accounts.map((id) => typeId(id, 'acc')), asker.workspace, day])
    const used = new Map(found.map((row) => [row.subject, row.used]))
    return accounts.map((id) => used.get(typeId(id, 'acc')) ?? 0)
  }),
})

// Roles, groups and the shared quota values are kept in memory, as Concierge keeps them.
const shared = { roles: new Map(), groups: new Map(), limits: new Map(), standard: null }
const gather = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value])
for (const row of await rows('rp', 'SELECT role_id, permission FROM role_permission', [])) gather(shared.roles, row.role_id, row.permission)
for (const row of await rows('gp', 'SELECT group_id, permission FROM permission_grant WHERE group_id IS NOT NULL', [])) {
  gather(shared.groups, row.group_id, row.permission)
}
for (const row of await rows('gq', "SELECT group_id, limit_value FROM quota_value WHERE scope IN ('GROUP', 'DEFAULT')", [])) {
  if (row.group_id) shared.limits.set(row.group_id, row.limit_value)
  else shared.standard = row.limit_value
}

const state = (member, now) => {
  if (member.ends_at <= now) return 'ENDED'
  if (member.disabled) return 'DISABLED'
  return member.starts_at > now ? 'SCHEDULED' : 'ACTIVE'
}

const schema = createSchema({
  typeDefs: /* GraphQL */ `
    type Query { viewer: Viewer! workspace(slug: String!): Workspace }
    type Viewer { kind: String! }
    type Workspace { members(first: Int!): MemberConnection! member(id: ID!): Member }
    type MemberConnection { nodes: [Member!]! }
    enum QuotaType { API_CALLS }
    type Member {
      id: ID! account: Account! state: String! role: Role groups: [GroupMembership!]!
      effectiveQuota(type: QuotaType!): Quota! effectivePermissions: [Effective!]!
    }
    type Account { email: String! displayName: String! }
    type Role { name: String! }
    type GroupMembership { group: Group! }
    type Group { title: String! }
    type Quota { limit: Int decidedBy: String used: Int! }
    type Effective { permission: String! }
  `,
  resolvers: {
    Query: {
      viewer: () => ({ kind: 'API_KEY' }),
      workspace: (_, { slug }, { asker }) => (slug === asker.slug ? asker : null),
    },
    Workspace: {
      members: async (_, { first }, { asker }) => ({ nodes: (await rows('page', PAGE, [asker.workspace, asker.now, first + 1])).slice(0, first) }),
      member: async (_, { id }, { asker }) => (await rows('one', `${MEMBER} AND m.id = $3`, [asker.workspace, asker.now, uuidOf(id)]))[0],
    },
    Member: {
      id: (member) => typeId(member.id),
      account: (member) => member,
      state: (member, _, { asker }) => state(member, asker.now),
      role: async (member, _, { load }) => (await load.roles.load(member.id))[0],
      groups: (member, _, { load }) => load.groups.load(member.id),
      effectiveQuota: async (member, _, { load }) => {
        const [own, groups, used] = await Promise.all([load.limits.load(member.id), load.groups.load(member.id), load.uses.load(member.account_id)])
        if (own.length > 0) return { limit: own[0].limit_value, decidedBy: 'MEMBER', used }
        const limits = groups.map((group) => shared.limits.get(group.id)).filter((limit) => limit !== undefined)
        if (limits.length > 0) return { limit: Math.max(...limits), decidedBy: 'GROUP', used }
        return { limit: shared.standard, decidedBy: 'DEFAULT', used }
      },
      effectivePermissions: async (member, _, { load }) => {
        const [roles, groups, grants] = await Promise.all([load.roles.load(member.id), load.groups.load(member.id), load.grants.load(member.id)])
        const held = new Set(grants.map((grant) => grant.permission))
        for (const role of roles) for (const name of PRESETS[role.preset] ?? shared.roles.get(role.id) ?? []) held.add(name)
        for (const group of groups) for (const name of shared.groups.get(group.id) ?? []) held.add(name)
        return CATALOGUE.filter((name) => held.has(name)).map((permission) => ({ permission }))
      },
    },
    Account: { displayName: (account) => `${account.given_name ?? ''} ${account.family_name ?? ''}` },
    GroupMembership: { group: (group) => group },
  },
})

const yoga = createYoga({
  schema,
  graphiql: false,
  landingPage: false,
  logging: false,
  context: async ({ request }) => {
    const now = new Date()
    const hash = createHash('sha256').update(request.headers.get('x-api-key') ?? '').digest()
    const [key] = await rows('key', KEY, [hash, now])
    if (!key) throw new Error('the key does not count')
    const asker = { workspace: key.workspace_id, slug: key.slug, now }
    return { asker, load: loaders(asker) }
  },
})
createServer(yoga).listen(Number(port), host)
