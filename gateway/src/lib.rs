//! The DeOSS gateway: files in over HTTP, fragments out to miners
