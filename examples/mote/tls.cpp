// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include <cstring>

#include "mote/encoding/base64.hpp"

namespace tool {
namespace {

using mote::Layer;
using mote::Status;

/// What an alert of the peer's says of what it was shown (RFC 8446 §6.2).
std::string meaning_of_alert(std::int32_t alert, const Options& options) {
  const std::string wanted = "the peer wants a certificate: give yours by --cert FILE --key FILE";
  const bool shows = !options.certificate.empty();
  switch (alert) {
    case 40:
      return "the peer and this end have no version or cipher in common" +
             (shows ? "" : ", or " + wanted);
    // No certificate, as SSL 3 called it: Mbed TLS says so still.
    case 41:
    case 116: return shows ? "the peer takes no certificate that this end has" : wanted;
    case 42:
    case 43:
    case 44:
    case 46: return "the peer does not take this end's certificate";
    case 45: return "this end's certificate has expired, says the peer";
    case 48: return "the peer does not know who issued this end's certificate";
    case 49: return "the peer lets nobody in with this certificate";
    case 70: return "the peer speaks neither TLS 1.3 nor TLS 1.2";
    case 112: return "the peer has no certificate for this name";
    case 120: return "the peer does not speak http/1.1";
    default: return "alert " + std::to_string(alert);
  }
}

bool is_secure(std::string_view url) {
  return url.compare(0, 8, "https://") == 0 || url.compare(0, 6, "wss://") == 0;
}

bool give_up(Run& run, std::string_view what, std::string_view why) {
  run.complain(what, why);
  run.finish(misused);
  return false;
}

/// SHA-256 in base64, perhaps as curl writes it, with `sha256//` in front.
bool read_pin(std::string_view text, mote::crypto::Sha256& pin) {
  constexpr std::string_view before = "sha256//";
  if (text.compare(0, before.size(), before) == 0) text.remove_prefix(before.size());
  mote::ByteWriter out{pin};
  return mote::encoding::decode_base64(text, out) == Status::ok && out.size() == pin.size();
}

bool load_authorities(Run& run, const Options& options, KeyFile& file) {
  const std::string what = "--client-ca " + options.client_ca;
  if (options.certificate.empty())
    return give_up(run, what, "clients show who they are by TLS only: --cert FILE --key FILE");
  if (const std::string why = file.read(options.client_ca); !why.empty())
    return give_up(run, what, why);
  return !file.certificates().empty() || give_up(run, what, "there is no certificate in it");
}

/// What it takes to believe who is not known.
std::string how_to_believe(const Options& options) {
  constexpr std::string_view alone = "by --insecure --pin PIN its key is believed alone";
  if (options.url.empty()) return "nothing in " + options.client_ca + " issued it";
  if (options.ca.empty())
    return "give its authority by --ca FILE, or " + std::string(alone) +
           "; --insecure without a pin believes anybody";
  return "nothing in " + options.ca + " issued it; " + std::string(alone);
}

/// Nothing, where there is nothing to say.
std::string advice_for(const mote::Failure& why, const Options& options) {
  switch (why.status) {
    case Status::untrusted_root: return how_to_believe(options);
    case Status::wrong_name:
      return "the URL's host must stand in the certificate's subjectAltName; its CN does not count";
    case Status::expired:
      return "its time is over, and it needs a new one; or this machine's clock is wrong";
    case Status::not_yet_valid: return "is this machine's clock right?";
    case Status::no_roots: return "give them by --ca FILE";
    case Status::wrong_pin:
      return options.insecure ? "its own key is none that --pin says"
                              : "no key of its certificates is one that --pin says";
    case Status::weak_certificate:
      return "RSA keys need 2048 bits, and SHA-1 signs nothing any more";
    case Status::tls_alert: return meaning_of_alert(why.native, options);
    case Status::protocol_error:
      return why.layer == Layer::tls && !options.url.empty() ? "does TLS answer at this port?" : "";
    case Status::truncated: return why.layer == Layer::tls ? "it ended without saying so" : "";
    default: return "";
  }
}

}  // namespace

bool OwnIdentity::load(Run& run, const Options& options) {
  if (options.certificate.empty()) {
    return options.key.empty() || give_up(run, "--key", "a key needs its certificate: --cert FILE");
  }
  if (const std::string why = certificate_.read(options.certificate); !why.empty())
    return give_up(run, "--cert " + options.certificate, why);
  if (certificate_.certificates().empty())
    return give_up(run, "--cert " + options.certificate, "there is no certificate in it");
  const bool apart = !options.key.empty();
  if (const std::string why = apart ? key_.read(options.key) : ""; !why.empty())
    return give_up(run, "--key " + options.key, why);
  const auto keys = apart ? key_.keys() : certificate_.keys();
  if (keys.size() != 1)
    return give_up(run,
                   apart ? "--key " + options.key : "--cert " + options.certificate,
                   keys.empty() ? "there is no private key in it" : "several keys are in it");
  identity_.emplace(certificate_.certificates(), keys[0]);
  return true;
}

bool OwnIdentity::open(Run& run, const Options& options) {
  const Status status = identity_ ? identity_->open(run.loop()) : Status::ok;
  if (status == Status::ok) return true;
  return give_up(run,
                 "--cert " + options.certificate,
                 status == Status::bad_argument
                     ? "it cannot be used: certificate or key is of a kind that is not known here, "
                       "or the key is another one's"
                     : to_string(status));
}

ClientTls::ClientTls(Run& run, const Options& options) {
  if (!load_roots(run, options) || !load_pins(run, options)) return;
  if (!own_.load(run, options) || !own_.open(run, options)) return;
  if (own_.get()) trust_.show(*own_.get());
  trust_.keep(sessions_);
  trust_.on_certificate = [&run](const mote::mbedtls::ShownCertificate& shown) {
    run.tell("certificate " + std::to_string(shown.depth) + ": " +
             std::string(to_string(shown.found)));
    return shown.found;
  };
  if (options.ca.empty() || trust_.open(run.loop()) == Status::ok) return;
  give_up(run, "--ca " + options.ca, "a certificate in it is of a kind that is not known here");
}

bool ClientTls::load_roots(Run& run, const Options& options) {
  if (options.insecure) {
    if (!options.ca.empty())
      return give_up(
          run, "--ca " + options.ca, "--insecure looks at no authority: give one of them");
    if (options.pins.empty()) {
      trust_.verify_nothing();
      run.warn(
          "WARNING: --insecure: whoever answers is believed, and may read and change all of it");
    }
    return true;  // With pins and no roots the key alone says who it is.
  }
  if (!options.ca.empty()) {
    if (const std::string why = roots_.read(options.ca); !why.empty())
      return give_up(run, "--ca " + options.ca, why);
    if (roots_.certificates().empty())
      return give_up(run, "--ca " + options.ca, "there is no certificate in it");
    trust_.use(roots_.certificates());
    return true;
  }
  mote::Span<const mote::ByteView> roots;
  const Status status = port::load_roots(roots);
  if (status == Status::ok) trust_.use(roots);
  if (status == Status::ok || !is_secure(options.url)) return true;
  return give_up(run, options.url, std::string(to_string(status)) + "; give them by --ca FILE");
}

bool ClientTls::load_pins(Run& run, const Options& options) {
  for (const std::string& text : options.pins)
    if (!read_pin(text, pins_.emplace_back()))
      return give_up(run, "--pin " + text, "this is no SHA-256 in base64");
  trust_.pin({pins_.data(), pins_.size()});
  return true;
}

ServerTls::ServerTls(Run& run, const Options& options) {
  const bool asks = !options.client_ca.empty();
  if (!own_.load(run, options) || (asks && !load_authorities(run, options, authorities_))) return;
  if (!own_.get()) return;
  clients_.use(authorities_.certificates());
  // Who resumes a session shows no certificate.
  if (asks)
    own_.get()->require(clients_);
  else
    own_.get()->issue(tickets_);
  if (own_.open(run, options)) identity_ = own_.get();
}

std::string words_for(const mote::Failure& why, const Options& options, std::string_view follows) {
  std::string words{to_string(why.status)};
  words += " (" + std::string(to_string(why.layer));
  if (why.native != 0) words += " " + std::to_string(why.native);
  words += ")";
  words += follows;
  const std::string advice = advice_for(why, options);
  return advice.empty() ? words : words + ": " + advice;
}

}  // namespace tool
