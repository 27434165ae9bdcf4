import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { BenchLink } from './bench-link.ts';
import type { ScreenLink } from './screen-link.ts';
import type { Store } from './store.ts';

export const BenchContext = createContext<{ readonly bench: BenchLink; readonly screen: ScreenLink } | null>(null);

export function useLinks(): { readonly bench: BenchLink; readonly screen: ScreenLink } {
  const links = useContext(BenchContext);
  if (links === null) throw new Error('a panel stands inside BenchContext');
  return links;
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The time of the wall, renewed each `everyMs`. */
export function useNow(everyMs: number): number {
  const [nowUtcMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return nowUtcMs;
}
