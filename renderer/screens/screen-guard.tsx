import { Component } from 'react';
import type { ReactNode } from 'react';
import { useScreen } from '../bridge/screen-context.ts';
import { CancelButton } from '../parts/button.tsx';
import { Counter, CounterNote } from '../parts/counter.tsx';
import { Icon } from '../parts/icon.tsx';
import { Heading, ScreenLayout } from '../parts/screen.tsx';
import { useText } from '../text/use-text.ts';

interface Props {
  readonly children: ReactNode;
}

/**
 * A screen that cannot be drawn must not take the window with it: without this, one mistake of ours in one screen is an empty page until somebody restarts
 * the terminal. What stays offers the way out; the core's presence watch ends the session as if nobody stood there. To be keyed by screen: the next one is drawn anew.
 */
export class ScreenGuard extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <Undrawable /> : this.props.children;
  }
}

function Undrawable() {
  const { frame, allows } = useScreen();
  const text = useText();
  const help = <CounterNote>{text('oos.help', { number: frame.terminal.helpNumber })}</CounterNote>;
  return (
    <ScreenLayout counter={allows('cancel') ? <Counter left={<CancelButton intent="cancel" label={text('exit')} />} right={help} /> : <Counter right={help} />}>
      <div className="state">
        <span className="mark wait"><Icon name="wrench" /></span>
        <Heading>{text('oos.all')}</Heading>
      </div>
      <p className="t-title soft">{text('oos.reason.journal')}</p>
      <div className="spacer" />
    </ScreenLayout>
  );
}
