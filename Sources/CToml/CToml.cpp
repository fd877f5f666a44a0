#include "CToml.h"

// toml++ asserts what it believes of its own parser, and three bytes prove it wrong: an assertion throws here, so that
// no input ends the process.
#include <stdexcept>
#define TOML_ASSERT(condition) (static_cast<bool>(condition) ? void(0) : throw std::logic_error(#condition))
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ct_document {
    std::vector<ct_node> nodes;
    /// What keys and texts point to; a deque does not move what it holds.
    std::deque<std::string> texts;

    void add(const toml::node &value, const toml::key *key);

  private:
    const std::string &keep(std::string_view text) { return texts.emplace_back(text); }
};

namespace {

template <typename Place> void set_place(const Place &place, uint32_t &line, uint32_t &column) {
    line = static_cast<uint32_t>(place.line);
    column = static_cast<uint32_t>(place.column);
}

template <typename Date> std::string written(const Date &date) {
    std::ostringstream out;
    out << date;
    return out.str();
}

/// A table keeps its keys by name; people read a file from the top.
std::vector<std::pair<const toml::key *, const toml::node *>> in_order(const toml::table &table) {
    std::vector<std::pair<const toml::key *, const toml::node *>> members;
    for (auto &&[key, value] : table) members.emplace_back(&key, &value);
    std::stable_sort(members.begin(), members.end(), [](const auto &a, const auto &b) {
        const auto &x = a.first->source().begin, &y = b.first->source().begin;
        return std::make_pair(x.line, x.column) < std::make_pair(y.line, y.column);
    });
    return members;
}

/// The first line with which an assertion of toml++ fails: it says no place itself. It fails as soon as the parser gets
/// there, whatever follows, so that the line can be searched for by halves.
uint32_t line_of_assertion(std::string_view text) {
    std::vector<size_t> ends;
    for (size_t at = 0; at < text.size(); at++)
        if (text[at] == '\n') ends.push_back(at + 1);
    ends.push_back(text.size());
    const auto fails = [&](size_t end) {
        try {
            (void)toml::parse(text.substr(0, end));
        } catch (const toml::parse_error &) {
        } catch (const std::logic_error &) {
            return true;
        }
        return false;
    };
    const auto found = std::partition_point(ends.begin(), ends.end(), [&](size_t end) { return !fails(end); });
    return static_cast<uint32_t>(std::min<size_t>(found - ends.begin() + 1, ends.size()));
}

/// toml++ bounds how deep values stand inside each other, but not what a dotted key opens: a long one overflows the
/// stack. A level costs at least a dot, wherever it stands.
constexpr std::ptrdiff_t most_dots = 1000;

void fail(ct_error *error, const char *words, uint32_t line, uint32_t column) {
    std::snprintf(error->words, sizeof error->words, "%s", words);
    error->line = line;
    error->column = column;
}

} // namespace

/// 256 values inside each other and `most_dots` are the most there can be: this recursion ends.
void ct_document::add(const toml::node &value, const toml::key *key) {
    ct_node node{};
    if (key != nullptr) {
        const std::string &name = keep(key->str());
        node.key = name.data();
        node.key_length = name.size();
        set_place(key->source().begin, node.key_line, node.key_column);
    }
    set_place(value.source().begin, node.line, node.column);
    const auto text = [&](int kind, std::string_view characters) {
        const std::string &kept = keep(characters);
        node.kind = kind;
        node.text = kept.data();
        node.text_length = kept.size();
    };
    if (const auto *table = value.as_table()) {
        node.kind = CT_TABLE;
        node.children = table->size();
    } else if (const auto *array = value.as_array()) {
        node.kind = CT_ARRAY;
        node.children = array->size();
    } else if (const auto *string = value.as_string()) {
        text(CT_TEXT, string->get());
    } else if (const auto *integer = value.as_integer()) {
        node.kind = CT_INTEGER;
        node.integer = integer->get();
    } else if (const auto *number = value.as_floating_point()) {
        node.kind = CT_FLOAT;
        node.number = number->get();
    } else if (const auto *boolean = value.as_boolean()) {
        node.kind = CT_BOOLEAN;
        node.boolean = boolean->get();
    } else if (const auto *date = value.as_date()) {
        text(CT_DATE, written(date->get()));
    } else if (const auto *time = value.as_time()) {
        text(CT_DATE, written(time->get()));
    } else if (const auto *moment = value.as_date_time()) {
        text(CT_DATE, written(moment->get()));
    }
    nodes.push_back(node);
    if (const auto *table = value.as_table()) {
        for (const auto &[name, child] : in_order(*table)) add(*child, name);
    } else if (const auto *array = value.as_array()) {
        for (const auto &child : *array) add(child, nullptr);
    }
}

ct_document *ct_parse(const char *text, size_t length, ct_error *error) try {
    if (std::count(text, text + length, '.') > most_dots) {
        fail(error, "there are more than 1000 dots in it: keys may stand inside each other too deep to be read", 0, 0);
        return nullptr;
    }
    const toml::table root = toml::parse(std::string_view(text, length));
    auto document = std::make_unique<ct_document>();
    document->add(root, nullptr);
    return document.release();
} catch (const toml::parse_error &problem) {
    const auto &place = problem.source().begin;
    fail(error, std::string(problem.description()).c_str(), static_cast<uint32_t>(place.line),
         static_cast<uint32_t>(place.column));
    return nullptr;
} catch (const std::logic_error &) {
    fail(error, "this line is malformed", line_of_assertion(std::string_view(text, length)), 1);
    return nullptr;
} catch (const std::exception &problem) {
    fail(error, problem.what(), 0, 0);
    return nullptr;
} catch (...) {
    fail(error, "the text cannot be read", 0, 0);
    return nullptr;
}

const ct_node *ct_nodes(const ct_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}

void ct_free(ct_document *document) { delete document; }
