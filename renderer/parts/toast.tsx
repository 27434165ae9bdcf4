import { useEffect, useState } from 'react';
import { isTextId, useText } from '../text/use-text.ts';

const SHOWN_MS = 4_000;

/** A fact that needs no answer, spoken, gone by itself. */
export function Toast({ textKey }: { readonly textKey: string }) {
  const text = useText();
  const [isShown, setIsShown] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return isShown && isTextId(textKey) ? <p className="toast t-body" role="status">{text(textKey)}</p> : null;
}
