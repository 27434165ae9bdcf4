import type { ReactNode } from 'react';
import { useScreen } from '../bridge/screen-context.ts';
import { useText } from '../text/use-text.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import { TimeLeft } from './time-left.tsx';

/** The slab at the lower edge: cancel at the left, the next step at the right, accessibility below; never moving. */
export function Counter({ left, right }: { readonly left?: ReactNode; readonly right?: ReactNode }) {
  return (
    <footer className="counter">
      <div className="counter-actions">
        {left}
        {right}
      </div>
      <div className="counter-foot">
        <AccessibilityBar />
        <TimeLeft />
      </div>
    </footer>
  );
}

/** In the primary's place where the act itself is in the content: one sentence. */
export function CounterNote({ children }: { readonly children: ReactNode }) {
  return <p className="counter-note t-body"><span>{children}</span></p>;
}

const OPTIONS: readonly { readonly option: 'lowReach' | 'largeText' | 'highContrast' | 'voice'; readonly icon: IconName }[] = [
  { option: 'lowReach', icon: 'wheelchair' },
  { option: 'largeText', icon: 'textAa' },
  { option: 'highContrast', icon: 'circleHalf' },
  { option: 'voice', icon: 'headphones' },
];

function AccessibilityBar() {
  const { frame, send, allows } = useScreen();
  const text = useText();
  if (!allows('display')) return <div className="accessibility" />;
  return (
    <div className="accessibility" role="group" aria-label={text('access.group')}>
      {OPTIONS.map(({ option, icon }) => (
        <button key={option} type="button" aria-label={text(`access.${option}`)} aria-pressed={frame.display[option]} data-intent="display" data-value={option} onClick={() => send({ kind: 'display', option, on: !frame.display[option] })}>
          <Icon name={icon} />
          <span className="t-micro">{text(`access.${option}`)}</span>
        </button>
      ))}
    </div>
  );
}
