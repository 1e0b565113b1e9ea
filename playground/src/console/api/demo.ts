/** The demo's public credentials, if this server was started to show it; no other server tells any. */
export interface Demo {
  workspace: string;
  email: string;
  password: string;
}

export async function loadDemo(): Promise<Demo | null> {
  try {
    const response = await fetch('/console/demo.json', { cache: 'no-store', credentials: 'omit' });
    return response.ok ? ((await response.json()) as { demo: Demo | null }).demo : null;
  } catch {
    return null;
  }
}
