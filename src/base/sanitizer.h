/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WITH_SANITIZER: 1 in a build with AddressSanitizer, else 0. gcc tells by a macro, clang 14 by a feature. */
#pragma once

#if defined __SANITIZE_ADDRESS__
#define WITH_SANITIZER 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER 1
#endif
#endif
#ifndef WITH_SANITIZER
#define WITH_SANITIZER 0
#endif
