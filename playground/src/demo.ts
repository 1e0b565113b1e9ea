/** The demo's public credentials, if this server was started to show it (`serve --demo`); no other server tells any. */
export interface Demo {
  workspace: string;
  email: string;
  password: string;
}

/** Relative to the page, as a proxy may put a prefix before it. */
export async function loadDemo(): Promise<Demo | null> {
  try {
    const response = await fetch('demo.json', { cache: 'no-store', credentials: 'omit' });
    if (!response.ok) return null;
    const { demo } = (await response.json()) as { demo: Demo | null };
    return demo;
  } catch {
    return null;
  }
}
