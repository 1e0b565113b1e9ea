import { useSyncExternalStore } from 'react';
import type { Action } from '../api/actions';

/** What was done last, and how to take it back. Shown by the shell until it is closed or something else is done. */
export interface Done {
  text: string;
  undo: readonly Action[];
  /** The people's names, by id. */
  names: ReadonlyMap<string, string>;
}

let done: Done | null = null;
let announcement = '';
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function showDone(next: Done | null): void {
  done = next;
  if (next) announcement = next.text;
  tell();
}

/** Tells screen readers, politely. */
export function announce(text: string): void {
  announcement = text;
  tell();
}

export function useDone(): Done | null {
  return useSyncExternalStore(subscribe, () => done);
}

export const STATUS_ID = 'status';

/** The page's status line: takes the focus when what had it is gone. */
export function Announcements() {
  const text = useSyncExternalStore(subscribe, () => announcement);
  return (
    <p id={STATUS_ID} role="status" tabIndex={-1} className="unseen">
      {text}
    </p>
  );
}

/** After a dialog closed: its opener may have left the page with what it belonged to. */
export function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement === document.body || document.activeElement === null) document.getElementById(STATUS_ID)?.focus();
  }, 120);
}
