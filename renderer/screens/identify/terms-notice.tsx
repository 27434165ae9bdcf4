import { useScreen } from '../../bridge/screen-context.ts';
import { useText } from '../../text/use-text.ts';

/** Going on accepts the terms; the link opens them. */
export function TermsNotice({ action }: { readonly action: string }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <p className="t-caption soft terms-notice">
      <span>{text('terms.notice', { action })}</span>{' '}
      <button type="button" className="link t-caption" data-intent="openTerms" onClick={() => send({ kind: 'openTerms' })}>{text('terms.link')}</button>
    </p>
  );
}
