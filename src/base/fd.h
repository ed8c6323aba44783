/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File descriptors with an owner, and packets that carry them. */
#pragma once

#include <dirent.h>
#include <glib.h>

/* Close *fd unless it is negative, and set it to -1. errno is kept. */
void fd_clear(int *fd);

/* Give the descriptor away: returns *fd and sets it to -1. */
int fd_steal(int *fd);

/* A descriptor that is closed at the end of its scope. */
#define autofd __attribute__((cleanup(fd_clear))) int

/* A pair of connected SOCK_SEQPACKET sockets, close-on-exec, blocking. */
gboolean fd_socketpair(int ret_ends[2], GError **error);

/* Listen on (or connect to) a SOCK_SEQPACKET socket in the file system. The listener replaces a stale socket file and gets
 * mode. Returns a close-on-exec descriptor that the caller owns, or -1. */
int fd_listen_seqpacket(const char *path, mode_t mode, GError **error);
int fd_connect_seqpacket(const char *path, GError **error);

/* Send one packet with n_fds descriptors (0 to FD_PACKET_MAX_FDS), which stay the caller's. Never blocks longer than the
 * socket does; no SIGPIPE. */
#define FD_PACKET_MAX_FDS 4
gboolean fd_send_packet(int socket, const void *data, gsize length, const int *fds, guint n_fds,
                        GError **error);

/* Receive one packet of at most size bytes. Returns its length, 0 at the end of the stream, -1 on error (a truncated packet,
 * or more than FD_PACKET_MAX_FDS descriptors, is an error; they are closed then). ret_fds holds FD_PACKET_MAX_FDS entries,
 * -1 where there is none; NULL refuses descriptors. */
gssize fd_receive_packet(int socket, void *data, gsize size, int *ret_fds, GError **error);

/* The peer of a connected Unix socket as the kernel has it. */
gboolean fd_peer_uid(int socket, uid_t *ret_uid, pid_t *ret_pid, GError **error);

/* All entries of an open directory, which stays the caller's. closedir() them. NULL when it can't be read. */
DIR *fd_read_directory(int directory);
