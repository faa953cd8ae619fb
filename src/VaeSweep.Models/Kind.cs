namespace VaeSweep.Models;

/// <summary>A kind of one part of a model, in the file that builds it.</summary>
/// <param name="Name">As in the sweep file.</param>
internal sealed record Kind<TContext, TPart>(string Name, Func<TContext, TPart> Make) : IKind;
