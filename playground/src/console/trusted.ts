/**
 * Under `require-trusted-types-for 'script'` nothing may be written as HTML. The empty text is admitted: React Aria empties its
 * announcer with it. Must be imported before anything else.
 */
type Factory = { createPolicy(name: string, rules: { createHTML(text: string): string }): unknown };

(window as unknown as { trustedTypes?: Factory }).trustedTypes?.createPolicy('default', {
  createHTML: (text) => (text === '' ? text : (null as never)),
});

export {};
