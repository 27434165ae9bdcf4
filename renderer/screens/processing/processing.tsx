import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { DevicePicture } from '../../parts/device-picture.tsx';
import { Figure } from '../../parts/money.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

/** The machine works: nothing on the screen is saffron. */
export function Processing({ data }: { readonly data: ScreenData<'processing'> }) {
  const text = useText();
  const isMoney = data.doing === 'preparingCash' || data.doing === 'recording';
  return (
    <ScreenLayout counter={<Counter right={<CounterNote>{text.rich(isMoney ? 'processing.noCancel' : 'processing.short')}</CounterNote>} />}>
      <Heading line={text('processing.line')}>{text(`processing.${data.doing}`)}</Heading>
      {data.amountMinor === null ? null : <Figure amountMinor={data.amountMinor} />}
      <div className="spacer" />
      {data.doing === 'preparingCash' ? <DevicePicture device="dispenser" lit={false} moving /> : data.doing === 'acceptingNotes' ? <DevicePicture device="acceptor" lit={false} /> : <div className="working" role="presentation"><i /><i /><i /></div>}
      <div className="spacer" />
    </ScreenLayout>
  );
}
