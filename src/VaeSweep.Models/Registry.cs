namespace VaeSweep.Models;

/// <summary>The kinds of one part of a model (decoders, priors, ...) by the names that the sweep file uses for them.</summary>
/// <param name="part">What the kinds are kinds of, for error messages: "decoder".</param>
public sealed class Registry<T>(string part, IReadOnlyDictionary<string, T> kinds)
{
    /// <summary>In the order of registration.</summary>
    public IReadOnlyList<string> Names { get; } = [.. kinds.Keys];

    /// <exception cref="ArgumentException">No such kind; the message names those there are.</exception>
    public T this[string name] => kinds.TryGetValue(name, out var kind)
        ? kind
        : throw new ArgumentException($"unknown {part} '{name}'. Known: {string.Join(", ", Names)}.");
}
