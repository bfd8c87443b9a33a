package run.mags.transfer;

/** Shell functions that tell the checksums of a file's chunks. */
final class RemoteDigests {
  /**
   * {@code tell FILE OFFSET LENGTH} writes {@code sum OFFSET LENGTH HEX} for one chunk, with the
   * offset in MiB; {@code tell_all FILE OFFSET SIZE} does so for all from an offset on. A file that
   * grows is read up to what it was.
   */
  static final String TELL =
      """
      tell() {
        if [ "$3" = 8388608 ]; then
          sum=$(dd if="$1" bs=65536 skip=$(($2 * 16)) count=128 2>/dev/null | sha256sum)
        else
          sum=$(dd if="$1" bs=65536 skip=$(($2 * 16)) count=128 2>/dev/null |
            head -c "$3" | sha256sum)
        fi && echo "sum $2 $3 ${sum%% *}"
      }
      tell_all() {
        at=$2
        while left=$(($3 - at * 1048576)); [ "$left" -gt 0 ]; do
          [ "$left" -le 8388608 ] || left=8388608
          tell "$1" "$at" "$left" || return 1
          at=$((at + 8))
        done
      }
      """;

  private RemoteDigests() {}
}
