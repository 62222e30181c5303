// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/handler.hpp"

namespace mote::http {

/// The bytes of an asset in one coding, and the tag that no other bytes have, with its quotes:
/// `"3f786850e387550f"` (RFC 9110 §8.8.3). Without a tag they are sent whole every time.
struct AssetForm {
  ByteView bytes;
  std::string_view etag;
};

/// A file in flash. mote_embed_assets() of cmake/mote_embed_assets.cmake makes tables of them.
struct Asset {
  std::string_view path;  ///< in its folder, without `/` in front: `js/app.js`
  std::string_view type;  ///< `text/html; charset=utf-8`
  /// At least one of the two forms is there: its bytes.data() is. Without the plain one, a client
  /// that takes no gzip is told 406.
  AssetForm plain;
  AssetForm gzip;
  /// Cache-Control; none when empty. Here: keep it, and ask each time whether it is still the same.
  std::string_view cache_control = "no-cache";
};

/// Answers a GET or HEAD with `asset`: in the form that the client takes; 304 or 412 as If-Match
/// and If-None-Match say (RFC 9110 §13); one Range of it (§14), several being answered with the
/// whole. For handlers that choose the asset themselves: see keeps_for_asset().
void answer_asset(const Asset& asset, const Received& request, Responder& responder);
/// Whether answer_asset() looks at this header field: for Handler::keeps().
bool keeps_for_asset(std::string_view field_name);

/// Serves one asset, whatever the path. It, its asset and the bytes may all lie in flash:
///
///     static constexpr http::AssetHandler page{site::index_html};
///     static constexpr http::Route routes[] = {{"GET", "/", page}};
class AssetHandler final : public FixedHandler {
 public:
  constexpr explicit AssetHandler(const Asset& asset) : asset_(asset) {}

  bool keeps(std::string_view field_name) const override { return keeps_for_asset(field_name); }
  void respond(const Received& request, Responder& responder) const override;

 private:
  const Asset& asset_;
};

/// Serves the asset whose path stands where the route says `*`, and a folder's `index.html` for the
/// folder's own path, which ends in `/`; else 404.
///
///     static constexpr http::Route routes[] = {{"GET", "/*", site::folder}};
class AssetFolder final : public FixedHandler {
 public:
  constexpr explicit AssetFolder(Span<const Asset> assets) : assets_(assets) {}

  bool keeps(std::string_view field_name) const override { return keeps_for_asset(field_name); }
  void respond(const Received& request, Responder& responder) const override;

 private:
  Span<const Asset> assets_;
};

}  // namespace mote::http
