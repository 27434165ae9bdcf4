import type { ReactNode } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

/** Leaving with money that cannot come back: finish is the safe choice, claiming it from the bank the other. */
export function CashInLeave({ data, under }: { readonly data: ScreenData<'cash-in-leave'>; readonly under: ReactNode }) {
  const text = useText();
  const finish = text(data.operation === 'op-05' ? 'leave.finishPay' : 'leave.finish', { amount: amount(data.creditMinor) });
  return (
    <Dialog
      under={under}
      heading={text('leave.heading', { amount: amount(data.insideMinor) })}
      counter={<Counter left={<CancelButton intent="back" label={text('leave.back')} line={text('leave.backLine')} />} right={<PrimaryButton intent="leaveFinish" label={finish} line={data.canFinish ? text('leave.finishLine') : text('cashIn.blocked.belowMinimum')} off={!data.canFinish} />} />}
    >
      <p className="t-body soft">{text('leave.text')}</p>
      <SecondaryButton intent="leaveWithoutCredit" label={text('leave.without')} line={text('leave.withoutLine')} icon="prohibit" />
    </Dialog>
  );
}
