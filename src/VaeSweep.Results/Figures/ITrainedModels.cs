namespace VaeSweep.Results.Figures;

/// <summary>Opens the trained models of a sweep. Declared here and made by the command line, so that figures need no
/// libtorch.</summary>
public interface ITrainedModels
{
    /// <exception cref="ResultsException">The trial has no stored model, or it cannot be opened; the message says what to
    /// do.</exception>
    Task<ITrainedModel> OpenAsync(FigureTrial trial, CancellationToken cancellationToken);
}
