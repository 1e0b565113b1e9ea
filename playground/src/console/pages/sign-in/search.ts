/** Where to go after signing in: an address of the console, as the router names it; anything else is ignored (UI-83). */
export function insidePath(to: string | undefined): string | undefined {
  if (!to?.startsWith('/console/') || to.startsWith('/console//') || to.includes('\\')) return undefined;
  return to.slice('/console'.length);
}

export function validateSignIn(search: Record<string, unknown>): { to?: string } {
  return { to: typeof search.to === 'string' && insidePath(search.to) ? search.to : undefined };
}
