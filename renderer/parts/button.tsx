import type { IntentKind } from '../../main/contracts/intent.ts';
import type { Touch } from '../bridge/screen-context.ts';
import { useScreen } from '../bridge/screen-context.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

interface ButtonProps {
  readonly label: string;
  /** What happens to the money, or what is missing. */
  readonly line?: string | undefined;
  readonly intent: IntentKind;
  readonly value?: string | undefined;
  /** What is sent; left out, the intent alone. */
  readonly touch?: Touch;
  /** Off: said in `line`. */
  readonly off?: boolean;
  readonly icon?: IconName;
}

/** The one saffron control: where the hand goes next. Without its intent it is not shown as usable. */
export function PrimaryButton(props: ButtonProps) {
  return <CounterButton {...props} kind="primary" icon={props.icon ?? 'check'} />;
}

export function CancelButton(props: ButtonProps) {
  return <CounterButton {...props} kind="cancel" />;
}

export function SecondaryButton({ label, line, intent, value, touch, icon, off = false }: ButtonProps) {
  const { send, allows } = useScreen();
  const isOff = off || !allows(intent);
  return (
    <button type="button" className="button secondary t-label" aria-disabled={isOff} data-intent={intent} data-value={value} onClick={() => !isOff && send(touch ?? ({ kind: intent } as Touch))}>
      {icon === undefined ? null : <Icon name={icon} />}
      {line === undefined ? label : (
        <span>
          <span className="block">{label}</span>
          <span className="t-caption line block">{line}</span>
        </span>
      )}
    </button>
  );
}

function CounterButton({ kind, label, line, intent, value, touch, off = false, icon }: ButtonProps & { readonly kind: 'primary' | 'cancel' }) {
  const { send, allows } = useScreen();
  const isOff = off || !allows(intent);
  return (
    <button type="button" className={`button ${kind}`} disabled={isOff} aria-disabled={isOff} data-intent={intent} data-value={value} onClick={() => send(touch ?? ({ kind: intent } as Touch))}>
      <span className="t-label">{label}</span>
      {line === undefined ? null : <span className="t-caption line">{line}</span>}
      {icon === undefined ? null : <Icon name={icon} />}
    </button>
  );
}
