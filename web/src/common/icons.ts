// SPDX-License-Identifier: GPL-3.0-or-later
// Our pictograms: 16x16, drawn with the colour of the text around them.

import { svg, html, type TemplateResult } from 'lit';

const shapes = {
    'menu': svg`<path d="M2 4h12M2 8h12M2 12h12"/>`,
    'chevron': svg`<path d="m6 4 4 4-4 4"/>`,
    'starting': svg`<path d="M8 2a6 6 0 1 1-6 6"/>`,
    'active': svg`<circle cx="8" cy="8" r="4" fill="currentColor"/>`,
    'suspended': svg`<path d="M5.5 3.5v9m5-9v9"/>`,
    'locked': svg`<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>`,
    'ending': svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>`,
    'ended': svg`<path d="M8 2v6M4.5 4a5.5 5.5 0 1 0 7 0"/>`,
    'good': svg`<path d="m3 8.5 3.5 3.5L13 4.5"/>`,
    'bad': svg`<path d="M8 2 15 14H1zM8 6.5v3.5m0 2v.5"/>`,
    'close': svg`<path d="m4 4 8 8m0-8-8 8"/>`,
    'selected': svg`<path d="m3.5 8.5 3 3 6-7"/>`,
    'person': svg`<circle cx="8" cy="5" r="3"/><path d="M2.5 14a5.5 5.5 0 0 1 11 0"/>`,
    'star': svg`<path d="m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z"/>`,
    'hand': svg`<path d="M5 9V4.500a1 1 0 0 1 2 0V8m0-5a1 1 0 0 1 2 0v5m0-4a1 1 0 0 1 2 0v6a4 4 0 0 1-7 2.600L2.500 9.500a1 1 0 0 1 1.500-1.200L5 9.500"/>`,
    'screen': svg`<rect x="1.5" y="2.5" width="13" height="9" rx="1"/><path d="M5.5 14h5M8 11.500V14"/>`,
    'wall': svg`<path d="M2 3h5v4H2zm7 0h5v4H9zM2 9h5v4H2zm7 0h5v4H9z"/>`,
    'enlarge': svg`<path d="M9.5 2.500h4v4m0-4L9 7m-2.500 6.500h-4v-4m0 4L7 9"/>`,
    'camera': svg`<path d="M1.500 5h3l1.500-2h4l1.500 2h3v8h-13z"/><circle cx="8" cy="8.700" r="2.300"/>`,
    'eye': svg`<path d="M1 8s2.500-4.500 7-4.500S15 8 15 8s-2.500 4.500-7 4.500S1 8 1 8z"/><circle cx="8" cy="8" r="2"/>`,
    'full-screen': svg`<path d="M2.5 6V2.500H6m4 0h3.500V6m0 4v3.500H10m-4 0H2.500V10"/>`,
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): TemplateResult {
    return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false" fill="none"
        stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${shapes[name]}</svg>`;
}

/** The mark of the project: many seats before one host. */
export function brandMark(): TemplateResult {
    return html`<svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <rect class="brand-a" x="1" y="2" width="10" height="8" rx="2"/><rect class="brand-b" x="13" y="2" width="10" height="8" rx="2"/>
        <rect class="brand-b" x="1" y="13" width="10" height="8" rx="2"/><rect class="brand-c" x="13" y="13" width="10" height="8" rx="2"/>
    </svg>`;
}
