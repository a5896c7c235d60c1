import type { ComponentChildren, RefObject, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';
import { isRtl, rovingTarget } from './roving.ts';

interface Box {
  width: number;
  height: number;
}

/** How far a menu stays from the edges of the window, and from its button. */
const MARGIN = 8;
const GAP = 4;

/** Where a menu stands: under its button and flush with its start, turned over or moved where the window ends. */
export function placeMenu(
  button: { left: number; right: number; top: number; bottom: number },
  menu: Box,
  view: Box,
  rtl: boolean,
): { left: number; top: number } {
  const fitsAtStart = rtl ? button.right - menu.width >= MARGIN : button.left + menu.width <= view.width - MARGIN;
  const left = fitsAtStart !== rtl ? button.left : button.right - menu.width;
  const below = button.bottom + GAP;
  const above = button.top - GAP - menu.height;
  const top = below + menu.height <= view.height - MARGIN || above < MARGIN ? below : above;
  const within = (value: number, size: number, room: number) => Math.max(MARGIN, Math.min(value, room - MARGIN - size));
  return { left: within(left, menu.width, view.width), top: within(top, menu.height, view.height) };
}

interface MenuItemProps {
  label: string;
  icon?: IconName | undefined;
  tone?: 'danger' | undefined;
  /** Given: the item is a choice that is on or off. */
  checked?: boolean | undefined;
  disabled?: boolean | undefined;
  /** Small print at the end: a shortcut, or why it is disabled. */
  hint?: string | undefined;
  onSelect(): void;
}

/** One line of a Menu. A disabled one can still be reached, so that its hint can be read. */
function MenuItem({ label, icon, tone, checked, disabled = false, hint, onSelect }: MenuItemProps) {
  const shown = checked ? 'check' : icon;
  return (
    <button
      type="button"
      class="menu-item"
      {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemcheckbox', 'aria-checked': checked })}
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      data-tone={tone}
      onClick={() => {
        if (!disabled) onSelect();
      }}
    >
      {shown && <Icon name={shown} />}
      <span class="menu-item-label" title={label}>
        {label}
      </span>
      {hint && <span class="menu-item-hint">{hint}</span>}
    </button>
  );
}

interface Props {
  /** Its name; where the trigger is more than a text, the name has to hold the trigger's words. */
  label: string;
  icon?: IconName | undefined;
  /** What the button shows, if not just the icon. */
  trigger?: ComponentChildren;
  /** The button, for whoever opens the menu by a key of their own. */
  buttonRef?: RefObject<HTMLButtonElement | null> | undefined;
  items: readonly MenuItemProps[];
}

/** A button that opens a list of actions. Esc, Tab and a click elsewhere close it; it never leaves the window. */
export function Menu({ label, icon, trigger, buttonRef, items }: Props) {
  const id = useId();
  const ownButton = useRef<HTMLButtonElement>(null);
  const button = buttonRef ?? ownButton;
  const list = useRef<HTMLDivElement>(null);
  const startAtEnd = useRef(false);
  const [open, setOpen] = useState(false);

  const hide = () => {
    list.current?.hidePopover();
    // Opened again at once, the browser would tell of no change.
    setOpen(false);
    // The browser gives the focus back to where it was; that is nowhere where a click does not focus buttons.
    if (document.activeElement === document.body) button.current?.focus();
  };
  const buttons = () => [...(list.current?.querySelectorAll('button') ?? [])];

  useEffect(() => {
    const menu = list.current;
    if (!open || !menu || !button.current) return;
    const { left, top } = placeMenu(
      button.current.getBoundingClientRect(),
      menu.getBoundingClientRect(),
      { width: innerWidth, height: innerHeight },
      isRtl(menu),
    );
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    menu.dataset.placed = '';
    buttons()
      .at(startAtEnd.current ? -1 : 0)
      ?.focus();
    startAtEnd.current = false;
    const moved = new AbortController();
    const follow = (event: Event) => {
      if (event.target !== menu) menu.hidePopover();
    };
    addEventListener('resize', follow, { signal: moved.signal });
    addEventListener('scroll', follow, { signal: moved.signal, capture: true });
    return () => {
      moved.abort();
      delete menu.dataset.placed;
    };
  }, [open]);

  const openByArrow = (event: TargetedKeyboardEvent<HTMLButtonElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    event.stopPropagation();
    startAtEnd.current = event.key === 'ArrowUp';
    list.current?.showPopover();
  };

  const move = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    // The shortcuts of the screen below are not meant.
    event.stopPropagation();
    if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      return hide();
    }
    const all = buttons();
    const current = all.indexOf(document.activeElement as HTMLButtonElement);
    const starting = (item: HTMLButtonElement) =>
      item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
    const typed = event.key.length === 1 && event.key !== ' ';
    const target = typed
      ? [...all.slice(current + 1), ...all.slice(0, current + 1)].find(starting)
      : all[rovingTarget(event.key, { count: all.length, current, vertical: true }) ?? -1];
    if (!target) return;
    event.preventDefault();
    target.focus();
  };

  return (
    <span class="menu">
      <button
        type="button"
        class={trigger ? 'button' : 'icon-button'}
        data-variant={trigger ? 'quiet' : undefined}
        title={trigger ? undefined : label}
        aria-label={typeof trigger === 'string' && !label.includes(trigger) ? `${label}: ${trigger}` : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        popovertarget={id}
        ref={button}
        onKeyDown={openByArrow}
      >
        {(icon || !trigger) && <Icon name={icon ?? 'more'} />}
        {trigger && <span class="button-label">{trigger}</span>}
        {trigger && <Icon name="chevronDown" size={12} />}
      </button>
      <div
        class="menu-list"
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        ref={list}
        onToggle={(event) => setOpen(event.newState === 'open')}
        onKeyDown={move}
      >
        {items.map((item, index) => (
          <MenuItem
            {...item}
            key={index}
            onSelect={() => {
              hide();
              item.onSelect();
            }}
          />
        ))}
      </div>
    </span>
  );
}
