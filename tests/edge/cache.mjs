// A real normalised client cache (Apollo's) does not mix two instants (TIME-3): what was read now and what was read as of an
// earlier instant come out of one cache as they went in, because ids carry the instant.
// Usage: node cache.mjs http://127.0.0.1:8080/graphql <administrator's API key> [workspace]
import assert from 'node:assert/strict';
import { InMemoryCache, gql } from '@apollo/client/core';

const [url, key, workspace = 'riverton'] = process.argv.slice(2);

async function ask(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const MEMBERS = `query Members($slug: String!, $at: DateTime) {
  workspace(slug: $slug) {
    __typename id
    members(first: 50, asOf: $at) {
      __typename
      nodes {
        __typename id state
        role { __typename id name memberCount }
        groups { __typename startsAt group { __typename id title permissions memberCount } }
        effectivePermissions { __typename permission }
      }
    }
  }
}`;

/** The same answer with bare ids: what a server would give that forgot the instant. */
const forgetful = (value) => JSON.parse(JSON.stringify(value).replaceAll(/@\d{4}-[^"]*Z"/g, '"'));

/** Puts both answers into one cache; gives what comes out of it again. */
function through(now, then, at) {
  const cache = new InMemoryCache();
  const query = gql(MEMBERS);
  cache.writeQuery({ query, variables: { slug: workspace }, data: now });
  cache.writeQuery({ query, variables: { slug: workspace, at }, data: then });
  return [
    cache.readQuery({ query, variables: { slug: workspace } }),
    cache.readQuery({ query, variables: { slug: workspace, at } }),
  ];
}

const before = await ask(MEMBERS, { slug: workspace });
const at = new Date().toISOString();
await new Promise((done) => setTimeout(done, 20));
const member = before.workspace.members.nodes.find((node) => node.state === 'ACTIVE' && node.role?.name === 'Viewer');
assert.ok(member, 'the workspace has a viewer');
const taken = await ask(
  'mutation($ids: [ID!]!) { setMemberRole(input: { membershipIds: $ids, roleId: null }) { results { outcome code } } }',
  { ids: [member.id] },
);
assert.equal(taken.setMemberRole.results[0].outcome, 'CHANGED', JSON.stringify(taken));

const now = await ask(MEMBERS, { slug: workspace });
const then = await ask(MEMBERS, { slug: workspace, at });
const of = (answer) => answer.workspace.members.nodes.find((node) => node.id.startsWith(member.id));
assert.equal(of(now).role, null);
assert.equal(of(then).role.name, 'Viewer');

const [outNow, outThen] = through(now, then, at);
assert.deepEqual(outNow, now, 'what was read now comes out as it went in');
assert.deepEqual(outThen, then, 'what was read as of an instant comes out as it went in');

// The check can fail: with bare ids the same cache mixes them.
const [mixed] = through(now, forgetful(then), at);
assert.notDeepEqual(mixed, now, 'bare ids would mix two instants');
console.log('two instants in one cache: not mixed');
