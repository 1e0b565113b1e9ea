import { mkdirSync, writeFileSync } from 'node:fs';
import { change, demo, inEnglish, member, session, withPassword } from './api';

export const PEOPLE = new URL('../../test-results/people.json', import.meta.url).pathname;
export const PASSWORD = 'seven-quiet-harbour-lamps';

/** Two people besides the administrator who can sign in: one may edit the workspace, one may do nothing. */
export default async function setUp(): Promise<void> {
  const editor = await member('ozge aydinlik');
  await change('grantPermissions', { membershipIds: [editor.id], permissions: ['EDIT_WORKSPACE_PROPERTIES'] });
  const { email, password } = await demo();
  const people = { editor: await withPassword('ozge aydinlik', PASSWORD), plain: await withPassword('bram aerts', PASSWORD) };
  // They read English, as the flows do.
  for (const { email } of Object.values(people)) await inEnglish(email, PASSWORD);
  mkdirSync(new URL('../../test-results/', import.meta.url), { recursive: true });
  const sessions = {
    administrator: await session(email, password),
    editor: await session(people.editor.email, PASSWORD),
    plain: await session(people.plain.email, PASSWORD),
  };
  writeFileSync(PEOPLE, JSON.stringify({ ...people, sessions }));
}
