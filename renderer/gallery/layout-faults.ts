/** What a picture of a screen must hold to (look.md §3). Lengths are CSS px. */
export interface LayoutRules {
  readonly minTextPx: number;
  readonly minTargetPx: number;
}

/** @returns one sentence per fault, empty when the screen is sound */
export function layoutFaults({ minTextPx, minTargetPx }: LayoutRules): string[] {
  const faults = new Set<string>();
  const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.className.toString().replaceAll(' ', '.')} "${(element.textContent ?? '').slice(0, 30)}"`;
  const isBehind = (element: Element) => element.closest('[inert]') !== null;
  const isService = document.querySelector('.service') !== null;
  const counterTop = document.querySelector('.app > .screen:not([inert]) .counter, .dialog-counter .counter')?.getBoundingClientRect().top ?? innerHeight;

  if (document.querySelector('#root h1, #root h2') === null) faults.add('nothing is shown');
  for (const element of document.querySelectorAll('#root *')) {
    if (isBehind(element) || element.parentElement?.closest('svg') !== null) continue;
    const { left, right, width: shownWidth } = element.getBoundingClientRect();
    if (shownWidth > 0 && (left < -1 || right > innerWidth + 1)) faults.add(`outside: ${name(element)} ${Math.round(left)}…${Math.round(right)}`);
    if (element instanceof SVGElement) continue;
    const style = getComputedStyle(element);
    const isCut = (style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) || (style.overflowY !== 'visible' && style.overflowY !== 'auto' && element.scrollHeight > element.clientHeight + 1);
    if (isCut) faults.add(`cut: ${name(element)} ${element.scrollWidth}×${element.scrollHeight} in ${element.clientWidth}×${element.clientHeight}`);
    if (!isService && element.matches('button, [role=radio], label.tile')) {
      const { width, height, bottom } = element.getBoundingClientRect();
      if (element.closest('.content') !== null && bottom > counterTop + 1) faults.add(`under the counter: ${name(element)}`);
      if (Math.min(width, height) < minTargetPx - 0.5) faults.add(`small target: ${name(element)} ${Math.round(width)}×${Math.round(height)}`);
    }
  }

  const texts: { readonly holder: Element; readonly box: DOMRect }[] = [];
  const walker = document.createTreeWalker(document.getElementById('root') as HTMLElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (holder === null || (node.textContent ?? '').trim() === '' || isBehind(holder) || holder.closest('svg') !== null) continue;
    const isName = holder.closest('[translate=no]') !== null;
    if (!isName && /\b[a-z]+[A-Za-z]*\.[a-z][\w.]*\b|\{\w+\}/.test(node.textContent ?? '')) faults.add(`raw key: ${node.textContent}`);
    const fontPx = Number.parseFloat(getComputedStyle(holder).fontSize);
    const isPicture = holder.closest('.paper') !== null;
    if (!isService && !isPicture && fontPx < minTextPx - 0.01) faults.add(`small text: ${name(holder)} ${fontPx}px`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width === 0) continue;
      // A technician's page may be longer than the window: it is scrolled.
      const isScrolled = holder.closest('.service-main') !== null;
      if (box.left < -1 || box.right > innerWidth + 1 || (!isScrolled && (box.top < -1 || box.bottom > innerHeight + 1))) faults.add(`outside: ${name(holder)}`);
      if (holder.closest('.content, .dialog') !== null && box.bottom > counterTop + 1) faults.add(`under the counter: ${name(holder)}`);
      const button = holder.closest('button, .button, .tile, .counter, .header, .dialog')?.getBoundingClientRect();
      if (button !== undefined && (box.left < button.left - 1 || box.right > button.right + 1 || box.top < button.top - 4 || box.bottom > button.bottom + 4)) faults.add(`over its box: ${name(holder)}`);
      const cover = coverOf(holder, box);
      if (cover !== null) faults.add(`covered: ${name(holder)} by ${name(cover)}`);
      if (holder.closest('.toast') === null) texts.push({ holder, box });
    }
  }
  // The line box is taller than its letters: a sixth off above and below.
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      if (one.holder === other.holder || one.holder.closest('.screen, .dialog, .dialog-counter') !== other.holder.closest('.screen, .dialog, .dialog-counter')) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom - one.box.height / 6, other.box.bottom - other.box.height / 6) - Math.max(one.box.top + one.box.height / 6, other.box.top + other.box.height / 6);
      if (across > 2 && down > 2) faults.add(`overlap: ${name(one.holder)} and ${name(other.holder)}`);
    }
  }
  return [...faults];
}

/** @returns what lies on a line of text, null when all of it is seen; a toast may lie on the picture of a device for its while */
function coverOf(holder: Element, box: DOMRect): Element | null {
  for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2]) {
    for (const y of [box.top + box.height / 4, box.bottom - box.height / 4]) {
      for (const upper of document.elementsFromPoint(x, y)) {
        if (upper.contains(holder) || holder.contains(upper)) break;
        const isToastOnPicture = upper.closest('.toast') !== null && holder.closest('.device') !== null;
        if (!isToastOnPicture && isOpaque(upper)) return upper;
      }
    }
  }
  return null;
}

function isOpaque(element: Element): boolean {
  const { backgroundColor, opacity } = getComputedStyle(element);
  return Number(opacity) > 0.1 && backgroundColor !== 'transparent' && !/\/ 0\)|, 0\)$/.test(backgroundColor);
}
