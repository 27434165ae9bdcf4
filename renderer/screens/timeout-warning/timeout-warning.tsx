import type { ReactNode } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Ring } from '../../parts/ring.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

export function TimeoutWarning({ data, under }: { readonly data: ScreenData<'timeout-warning'>; readonly under: ReactNode }) {
  const { frame } = useScreen();
  const text = useText();
  const seconds = Math.ceil((frame.timeLimit?.remainingMs ?? 0) / 1000);
  return (
    <Dialog under={under} heading={text('warning.heading')} counter={<Counter right={<PrimaryButton intent="stillHere" label={text('warning.stay')} line={text('warning.stayLine')} />} />}>
      <div className="row-between">
        <p className="t-body">{data.moneyInsideMinor > 0 ? text(data.isEnough ? 'warning.money' : 'warning.moneyKept', { amount: amount(data.moneyInsideMinor) }) : text('warning.text', { seconds })}</p>
        <Ring />
      </div>
    </Dialog>
  );
}
