namespace VaeSweep.Results.Figures;

/// <summary>A trained model over plain arrays. Images are rows of pixels from 0 to 1, codes rows of numbers.</summary>
public interface ITrainedModel : IDisposable
{
    int ImageWidth { get; }
    int ImageHeight { get; }
}
