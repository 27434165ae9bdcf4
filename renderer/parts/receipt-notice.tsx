import type { ScreenData } from '../../main/contracts/screen-model.ts';
import { useText } from '../text/use-text.ts';
import { Icon } from './icon.tsx';

/** Said before consent: where the electronic receipt goes, and that there is no paper when there is none. */
export function ReceiptNotice({ paper, electronicTo }: Pick<ScreenData<'confirm'>, 'paper' | 'electronicTo'>) {
  const text = useText();
  const words = paper === 'unavailable' ? (electronicTo === null ? text('paper.unavailable') : text('paper.unavailableTo', { to: electronicTo })) : electronicTo === null ? null : text('paper.electronicTo', { to: electronicTo });
  if (words === null) return null;
  return (
    <p className="info t-caption">
      <Icon name={paper === 'unavailable' ? 'warning' : 'info'} />
      {words}
    </p>
  );
}
