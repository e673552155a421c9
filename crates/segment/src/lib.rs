//! A file's way to segments, fragments and fid, and back
