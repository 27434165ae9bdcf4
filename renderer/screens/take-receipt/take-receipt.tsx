import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { PrimaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { DevicePicture } from '../../parts/device-picture.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

export function TakeReceipt({ data }: { readonly data: ScreenData<'take-receipt'> }) {
  const text = useText();
  const right = data.printing ? <CounterNote>{text.rich('receipt.note')}</CounterNote> : <PrimaryButton intent="next" label={text('receipt.taken')} line={text('receipt.takenLine')} />;
  return (
    <ScreenLayout counter={<Counter right={right} />}>
      <Heading line={text('receipt.line')}>{text(data.printing ? 'receipt.printing' : 'receipt.take')}</Heading>
      <div className="spacer" />
      <DevicePicture device="printer" lit={!data.printing} moving />
      <div className="spacer" />
    </ScreenLayout>
  );
}
