// SPDX-License-Identifier: GPL-3.0-or-later
// PAM speaks English to us. What its usual modules say is translated here; anything else is shown as it came.

import { _ } from './words.js';

const texts: Array<[RegExp, () => string]> = [
    [/^password:?$/, () => _('Password')],
    [/^(\(current\) unix password|current password|\(current\) password):?$/, () => _('Current password')],
    [/^(enter )?new (unix )?password:?$/, () => _('New password')],
    [/^re-?(type|enter) new (unix )?password:?$/, () => _('New password again')],
    [/^(one-time password \(otp\)|verification code|one-time password):?$/, () => _('One-time code')],
    [/^you are required to change your password immediately/, () => _('Your password has expired. Please choose a new one.')],
    [/^warning: your password will expire in/, () => _('Your password expires soon.')],
    [/^changing password for/, () => _('Please choose a new password.')],
    [/^(sorry, )?passwords do not match/, () => _('The two passwords are not the same.')],
    [/^(the )?password (has not been changed|unchanged)/, () => _('The password was not changed.')],
    [/^(you must choose a longer password|bad password: (too short|it is way too short|the password is shorter))/,
        () => _('That password is too short.')],
    [/^bad password: .*(simple|systematic)/, () => _('That password is too simple.')],
    [/^bad password: .*(similar|same|palindrome|case changes)/, () => _('That password is too similar to the old one.')],
    [/^bad password: .*dictionary/, () => _('That password is in the dictionary.')],
    [/^your account has expired/, () => _('This account has expired.')],
];

/** A prompt or a message of PAM in the person's language, where we know it. */
export function pamText(text: string): string {
    const plain = text.trim().toLowerCase();
    return texts.find(([pattern]) => pattern.test(plain))?.[1]() ?? text.trim();
}
