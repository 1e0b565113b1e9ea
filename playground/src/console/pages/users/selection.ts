import { useCallback, useSyncExternalStore } from 'react';

/** Who is selected, by workspace, with their names. Lasts over pages and filters; kept in the tab alone. */
const selections = new Map<string, ReadonlyMap<string, string>>();
const listeners = new Set<() => void>();
const NOBODY: ReadonlyMap<string, string> = new Map();

export function useSelection(workspace: string) {
  const selected = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => selections.get(workspace) ?? NOBODY,
  );
  const select = useCallback(
    (people: ReadonlyMap<string, string>) => {
      selections.set(workspace, people);
      for (const listener of listeners) listener();
    },
    [workspace],
  );
  return [selected, select] as const;
}

/** The user whose page was opened last: going back finds the row. */
export const lastOpened = { id: null as string | null };

/** How many rows come before a page that was reached from the first one. */
export const offsets = new Map<string, number>();
